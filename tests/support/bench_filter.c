// SPDX-License-Identifier: MIT
/*
 * bench_filter TYPED: the filter by which matkhau-directory asks an OpenLDAP server for everybody
 * who fits, so that another program can be timed with it. Status 1 where there is none.
 */
#include <stdio.h>

#include "find_filter.h"
#include "kind.h"

int main(int argc, char **argv)
{
    static char filter[FIND_FILTER_SIZE];
    static struct typed typed;
    const struct find_where where = {
        .people = kind_openldap.people_filter,
        .login = "uid",
        .mail = "mail",
        .staff = "employeeNumber",
        .name = "cn",
        .phone = {"telephoneNumber", "mobile", ""},
        .composes = kind_openldap.composes,
        .phone_separators = kind_openldap.phone_separators,
        .part_min = kind_openldap.part_min,
        .begin_max = kind_openldap.begin_max,
    };

    if (argc != 2) {
        fputs("usage: bench_filter TYPED\n", stderr);
        return 2;
    }
    typed_read(&typed, argv[1]);
    if (!find_filter_begins(&where, &typed, filter))
        return 1;
    puts(filter);
    return 0;
}
