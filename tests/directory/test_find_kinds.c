// SPDX-License-Identifier: MIT

/*
 * Finding people in 389 Directory Server and in Active Directory: neither composes letters before
 * it compares them, and each has indexes and telephone numbers of its own.
 */

#include "ds389.h"
#include "finding.h"
#include "samba.h"

#define DS_SUFFIX "dc=example,dc=vn"
#define DS_PEOPLE "ou=people," DS_SUFFIX
#define STAFF "OU=Staff," SAMBA_SUFFIX

static struct ds389 ds389;
static struct samba samba;
static const char *missing; /* why there is no Samba, or NULL */

// clang-format off
#define DS_SOMEBODY(login, unit, name, staff, number, more)                                        \
    "dn: uid=" login ",ou=" unit "," DS_PEOPLE "\nobjectClass: inetOrgPerson\nuid: " login          \
    "\nsn: x\ncn: " name "\nmail: " login "@example.vn\nemployeeNumber: " staff                    \
    "\ntelephoneNumber: " number "\n" more "\n"

static const char ds_ldif[] =
    "dn: " DS_SUFFIX "\nobjectClass: domain\ndc: example\naci: (targetattr!=\"userPassword\")"
    "(version 3.0; acl \"all\"; allow (read, search, compare) userdn=\"ldap:///all\";)\n"
    "aci: (targetattr=\"uid || objectClass\")(version 3.0; acl \"find\"; allow (read, search, "
    "compare) userdn=\"ldap:///anyone\";)\n\n"
    "dn: " DS_PEOPLE "\nobjectClass: organizationalUnit\nou: people\n\n"
    "dn: ou=hanoi," DS_PEOPLE "\nobjectClass: organizationalUnit\nou: hanoi\n\n"
    "dn: ou=hue," DS_PEOPLE "\nobjectClass: organizationalUnit\nou: hue\n\n"
    "dn: uid=op," DS_SUFFIX "\nobjectClass: inetOrgPerson\nuid: op\ncn: op\nsn: op\n"
    "userPassword: " PASSWORD "\n\n"
    FINDING_PEOPLE(DS_SOMEBODY);

#define AD_UNIT(dn) "dn: " dn "\nchangetype: add\nobjectClass: organizationalUnit\n\n"
#define AD_SOMEBODY(login, unit, name, staff, number, more)                                        \
    "dn: CN=" login ",OU=" unit "," STAFF "\nchangetype: add\nobjectClass: user\n"                 \
    "sAMAccountName: " login "\ndisplayName: " name "\nmail: " login "@example.vn\n"              \
    "employeeNumber: " staff "\ntelephoneNumber: " number "\n" more "\n"

static const char ad_ldif[] =
    AD_UNIT(STAFF) AD_UNIT("OU=hanoi," STAFF) AD_UNIT("OU=hue," STAFF)
    "dn: CN=op,CN=Users," SAMBA_SUFFIX "\nchangetype: add\nobjectClass: user\n"
    "sAMAccountName: op\nuserPrincipalName: op@example.test\nunicodePwd:: @\"" PASSWORD "\"@\n"
    "userAccountControl: 512\n\n"
    /* of class person, and nobody */
    "dn: CN=an,OU=hue," STAFF "\nchangetype: add\nobjectClass: computer\nsAMAccountName: an$\n"
    "displayName: An\n\n"
    FINDING_PEOPLE(AD_SOMEBODY);
// clang-format on

static struct mk_request_directory directory_of(const char *uri, const char *ca_file)
{
    struct mk_request_directory d = {
        .uris = 1,
        .log_in_uris = 1,
        .writable = 1,
        .kind = MK_KIND_ASK,
        .tls = MK_TLS_STARTTLS,
        .server_ms = 2000,
        .operation_ms = 2000,
        .total_ms = 10000,
    };

    (void)snprintf(d.uri[0], sizeof d.uri[0], "%s", uri);
    (void)snprintf(d.ca_file, sizeof d.ca_file, "%s", ca_file);
    return d;
}

static struct worker operator(const struct mk_request_directory *directory, const char *below)
{
    struct worker worker = fixture_worker(directory);

    finding_groups(&worker, below);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "op", PASSWORD).end.result, MK_OK);
    return worker;
}

static void in_bases(struct worker *worker)
{
    assert_found(worker, IN_HANOI, "nguyen", "annv anhnv ", false);
    assert_found(worker, AT_HUE, "an nguyen", "khangna annv2 ", false);
    assert_found(worker, ALL | IN_HANOI | AT_HUE, "van an", "annv annv2 anhnv ", false);
}

static void in_389(void **state)
{
    struct mk_request_directory directory;
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    if (!ds389_is_installed()) {
        print_message("# finding people in 389 Directory Server: not installed\n");
        skip();
    }
    ds389_create(&ds389, DS_SUFFIX, ds_ldif, "");
    directory = directory_of(ds389.ldaps, ds389.ca_file);
    finding_attributes(&directory, "uid");
    (void)snprintf(directory.base, sizeof directory.base, DS_SUFFIX);
    (void)snprintf(directory.person_filter, sizeof directory.person_filter, "(uid=%%u)");
    (void)snprintf(directory.name_attribute, sizeof directory.name_attribute, "cn");
    worker = operator(&directory, DS_PEOPLE);
    assert_findings(&worker);
    in_bases(&worker);
    /* It looks at a few entries only, and sends what it has found so far. */
    ds389_set(&ds389, "cn=config,cn=ldbm database,cn=plugins,cn=config", "nsslapd-lookthroughlimit",
              "2");
    answer = worker_find(&worker, ALL, MK_FOUND_MAX, "nguyen");
    assert_counted(&answer);
    assert_int_equal(answer.count.more, 1);
    assert_int_equal(worker_stop(&worker), 0);
}

static void in_active_directory(void **state)
{
    struct mk_request_directory directory;
    struct worker worker;

    (void)state;
    missing = samba_missing();
    if (missing != NULL) {
        print_message("# finding people in Active Directory: %s\n", missing);
        skip();
    }
    samba_create(&samba, ad_ldif, "");
    directory = directory_of(samba.ldaps, samba.ca_file);
    finding_attributes(&directory, "sAMAccountName");
    (void)snprintf(directory.base, sizeof directory.base, SAMBA_SUFFIX);
    (void)snprintf(directory.person_filter, sizeof directory.person_filter, "(sAMAccountName=%%u)");
    (void)snprintf(directory.log_in_name, sizeof directory.log_in_name, "%%u@example.test");
    (void)snprintf(directory.name_attribute, sizeof directory.name_attribute, "displayName");
    worker = operator(&directory, STAFF);
    assert_findings(&worker);
    in_bases(&worker);
    assert_int_equal(worker_stop(&worker), 0);
}

static int tear_down(void **state)
{
    (void)state;
    if (ds389.pid != 0)
        ds389_remove(&ds389);
    if (samba.pid != 0)
        samba_remove(&samba);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_389),
        cmocka_unit_test(in_active_directory),
    };

    return cmocka_run_group_tests(tests, NULL, tear_down);
}
