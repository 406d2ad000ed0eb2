// SPDX-License-Identifier: MIT
#include "rootdse.h"

#include <string.h>
#include <time.h>

#include "answer.h"
#include "deadline.h"
#include "entry.h"

#define OID_ACTIVE_DIRECTORY "1.2.840.113556.1.4.800" /* [MS-ADTS] 3.1.1.3.4.3.1 */

static enum mk_kind kind_shown(LDAP *ld, LDAPMessage *entry)
{
    char vendor[64];

    if (entry_has(ld, entry, "supportedCapabilities", OID_ACTIVE_DIRECTORY))
        return MK_KIND_AD;
    if (entry_has(ld, entry, "objectClass", "OpenLDAProotDSE"))
        return MK_KIND_OPENLDAP;
    if (entry_text(ld, entry, "vendorName", vendor, sizeof vendor, true) &&
        strcmp(vendor, "389 Project") == 0)
        return MK_KIND_389;
    return MK_KIND_OTHER;
}

static void take(LDAP *ld, LDAPMessage *entry, struct rootdse *root)
{
    int64_t clock = entry_time(ld, entry, "currentTime");

    root->kind = kind_shown(ld, entry);
    root->no_passwd = entry_count(ld, entry, "supportedExtension") > 0 &&
                      !entry_has(ld, entry, "supportedExtension", LDAP_EXOP_MODIFY_PASSWD);
    if (clock != MK_TIME_UNKNOWN)
        root->ahead = clock - (int64_t)time(NULL);
    (void)entry_text(ld, entry, "defaultNamingContext", root->context, sizeof root->context, false);
}

enum mk_result rootdse_read(LDAP *ld, uint32_t milliseconds, struct rootdse *root)
{
    char object_class[] = "objectClass";
    char vendor[] = "vendorName";
    char capabilities[] = "supportedCapabilities";
    char extensions[] = "supportedExtension";
    char context[] = "defaultNamingContext";
    char clock[] = "currentTime";
    char *attributes[] = {object_class, vendor, capabilities, extensions, context, clock, NULL};
    int64_t deadline = deadline_after(milliseconds);
    LDAPMessage *message = NULL;
    enum mk_result result;
    bool taken = false;
    int code = LDAP_OTHER;
    int id;

    *root = (struct rootdse){.kind = MK_KIND_OTHER};
    if (ldap_search_ext(ld, "", LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL, 1, &id) !=
        LDAP_SUCCESS)
        return MK_UNREACHABLE;
    while ((result = answer_next(ld, id, deadline, &message)) == MK_OK &&
           ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY) {
        if (!taken)
            take(ld, message, root);
        taken = true;
        ldap_msgfree(message);
    }
    if (result != MK_OK)
        return result == MK_SILENT ? MK_SILENT : MK_UNREACHABLE;
    code = answer_search_code(ld, message);
    ldap_msgfree(message);
    if (code < 0)
        return MK_UNREACHABLE;
    return code == LDAP_BUSY || code == LDAP_UNAVAILABLE ? MK_SERVER_BUSY : MK_OK;
}
