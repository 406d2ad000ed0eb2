// SPDX-License-Identifier: MIT

/* Active Directory: what a Samba AD DC answers, and what the worker makes of it. */

#include <ldap.h>

#include "ad.h"

static struct samba samba;
static const char *missing;

static int start(void **state)
{
    (void)state;
    missing = samba_missing();
    if (missing == NULL)
        samba_create(&samba, ad_ldif, ad_raw);
    else
        print_message("Active Directory is not tested: %s\n", missing);
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (missing == NULL)
        samba_remove(&samba);
    return 0;
}

/* The people are in the state that their name says: by the server's own data code. */
static void test_the_people_are_what_they_are_called(void **state)
{
    static const struct {
        const char *login;
        const char *data; /* NULL: the bind succeeds */
    } cases[] = {
        {"fine", NULL},           {"soon", NULL},
        {"expired", "data 532,"}, {"must", "data 773,"},
        {"locked", "data 775,"},  {"unlocked", NULL},
        {"forever", "data 775,"}, {"disabled", "data 533,"},
        {"ended", "data 701,"},   {"never", NULL},
        {"strict", NULL},         {"young", NULL},
        {"fixed", NULL},          {"hidden", NULL},
        {"twin", NULL},           {"nobody", "data 52e,"},
    };

    (void)state;
    if (missing != NULL)
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        int rc = samba_bind(&samba, cases[i].login, PASSWORD, text, sizeof text);
        print_message("%s: %d %s\n", cases[i].login, rc, text);
        assert_int_equal(rc, cases[i].data == NULL ? LDAP_SUCCESS : LDAP_INVALID_CREDENTIALS);
        if (cases[i].data != NULL)
            assert_non_null(strstr(text, cases[i].data));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_people_are_what_they_are_called),
    };

    return cmocka_run_group_tests_name("ad", tests, start, end);
}
