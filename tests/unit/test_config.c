/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "text.h"

/* The good beginning of most files below: lines 1 to 7. "`" stands for the test's own folder. */
#define MINISTRY "[ministry]\nname = Bộ Tư pháp\n"
#define SERVER "[directory main]\nuri = ldaps://ldap.example.vn\nca_file = `/ca.pem\n"
#define BASE "base = dc=example,dc=vn\n"
#define PERSON "person = (uid=%u)\n"
#define HEAD MINISTRY SERVER BASE PERSON

/* The same with a trail, and a helpdesk: lines 1 to 8, 9 to 10, 11 to 13. */
#define TRAIL MINISTRY "trail = syslog\n" SERVER BASE PERSON
#define HELPDESK "[helpdesk]\nverify = Gọi lại\n"
#define DESK "[desk a]\nname = A\ngroup = cn=a,dc=example,dc=vn\n"

/* One of eight or nine bytes, so that a line grows long. */
#define X8 "xxxxxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8
#define X512 X64 X64 X64 X64 X64 X64 X64 X64

static char folder[] = "/tmp/test-config-XXXXXX";
static struct config config;

struct fault {
    const char *file;
    unsigned line; /* 0: the message has none */
    const char *word;
};

static struct fault faults[] = {
    /* The file and its lines. */
    {"", 0, "[ministry] is missing"},
    {SERVER BASE PERSON, 0, "[ministry] is missing"},
    {"name = x\n" HEAD, 1, "before the first section"},
    {"nothing\n", 1, "\"key = value\""},
    {MINISTRY "domain\n", 3, "\"key = value\""},
    {MINISTRY "domain example.vn ; = x\n", 3, "\"key = value\""},
    {MINISTRY "helpdesk = \xff\n", 3, "UTF-8"},
    {MINISTRY "helpdesk = \xc0\xaf\n", 3, "UTF-8"},
    {MINISTRY "helpdesk = \xed\xa0\x80\n", 3, "UTF-8"},
    {MINISTRY "helpdesk = \xe1\xba\n", 3, "UTF-8"},
    {MINISTRY "helpdesk = \033[2J\n", 3, "control character"},
    {MINISTRY "helpdesk = \xc2\x9b"
              "2J\n",
     3, "control character"},
    {MINISTRY "; \a in a comment\n", 3, "control character"},
    {MINISTRY "; " X512 X64 X64 X64 "\n", 3, "too long"},
    {MINISTRY "  warn = 3 days\n", 3, "begins with a space"},
    {"[ministry]\n\tname = x\n", 2, "begins with a space"},
    {HEAD "  [system mail]\n", 8, "begins with a space"},

    /* Sections. */
    {MINISTRY "[minstry]\n", 3, "unknown section [minstry]"},
    {MINISTRY "[ministry of justice]\n", 3, "unknown section"},
    {MINISTRY "[Directory main]\n", 3, "unknown section"},
    {MINISTRY "[]\n", 3, "unknown section []"},
    {MINISTRY "[desks a]\n", 3, "[system NAME], [helpdesk], [desk NAME]."},
    {MINISTRY "[ministry]\nwarn = 3 days\n", 3, "second time"},
    {MINISTRY "[directory]\n", 3, "[directory main]"},
    {MINISTRY "[directory main\n", 3, "in brackets"},
    {MINISTRY "[directory main] uri = x\n", 3, "nothing behind"},
    {MINISTRY "[directory " X64 "]\n", 3, "in brackets"},
    {MINISTRY "[directory xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]\n", 3, "at most 31"},
    {MINISTRY "[directory chính]\n", 3, "without diacritics"},
    {MINISTRY "[directory 1st]\n", 3, "a letter first"},
    {HEAD SERVER, 8, "already taken"},
    {HEAD "[system person]\n", 8, "already taken"},
    {HEAD "[system a]\nname = A\nsame_as = person\n[system a]\n", 11, "already taken"},
    {"[ministry]\n\n; no name\n[directory main]\n", 1, "\"name = "},
    {MINISTRY "[directory main]\nbase = dc=vn\n", 3, "lacks \"uri\""},
    {MINISTRY SERVER PERSON, 3, "lacks \"base\""},
    {MINISTRY SERVER BASE, 0, "person = (uid=%u)"},
    {HEAD "person_dn = uid=%u,dc=vn\n", 8, "exclude each other"},
    {HEAD "[directory b]\nuri = ldaps://b.example.vn\nca_file = `/ca.pem\n" BASE PERSON, 12,
     "[directory main]"},
    {HEAD "[system a]\nsame_as = person\n", 8, "lacks \"name\""},
    {HEAD "[system a]\nname = A\n", 8, "which account"},
    {HEAD "[system a]\nname = A\nsame_as = person\naccount = (uid=%u)\n", 11, "\"account\" and"},
    {HEAD "[system a]\nname = A\nsame_as = person\ndirectory = main\n", 11, "\"directory\" and"},
    {HEAD "[system a]\nname = A\naccount_dn = uid=%u,dc=vn\naccount = (uid=%u)\n", 11,
     "exclude each other"},

    /* Keys. */
    {MINISTRY "nmae = x\n", 3, "unknown key \"nmae\" in [ministry]; known keys: name, "},
    {HEAD "starttls = yes\n", 8, "known keys: uri, writable, kind, tls, "},
    {HEAD "[system a]\nname = A\nhost = x\n", 10, "known keys: name, same_as, "},
    {MINISTRY "name = y\n", 3, "first on line 2"},
    {HEAD "uri = ldaps://b.example.vn\n", 8, "first on line 4"},
    {HEAD "realm = EXAMPLE\n", 8, "\"EXAMPLE\" is not a Kerberos realm"},
    {HEAD "kdc = dc1.example.vn\n", 8, "\"kdc\" is of no use without \"realm\""},
    {HEAD "realm = EXAMPLE.VN\nkdc = dc1.example.vn:88\n", 9,
     "\"dc1.example.vn:88\" is not a host"},
    {HEAD "realm = EXAMPLE.VN\nkdc = [::1]\n", 9, "is not a host"},
    {HEAD "realm = EXAMPLE.VN\nkdc = -a.vn\n", 9, "is not a host"},
    {HEAD "realm = EXAMPLE.VN\nkdc = 1.vn 2.vn 3.vn 4.vn 5.vn 6.vn 7.vn 8.vn 9.vn\n", 9,
     "more than 8 servers"},
    {HEAD "kind = novell\n", 8, "\"novell\" is not a kind of directory"},
    {HEAD "log_in_name = EXAMPLE\\admin\n", 8, "\"log_in_name\" would be the same"},
    {HEAD "log_in_name = %u@%d\n", 8, "only %u"},
    {HEAD "writable = ldap1.example.vn\n", 8, "not the address of a server"},
    {HEAD "writable = ldaps://1.vn ldaps://2.vn ldaps://3.vn ldaps://4.vn ldaps://5.vn "
          "ldaps://6.vn ldaps://7.vn ldaps://8.vn\n",
     8, "more than 8 servers"},
    {MINISTRY "domain =\n", 3, "no value"},
    {MINISTRY "domain = ; example.vn\n", 3, "no value"},
    {MINISTRY "helpdesk = \"024 1234 5678\"\n", 3, "quotation marks"},

    /* The ministry's values. */
    {"[ministry]\nname = " X512 "\n", 2, "at most 255 bytes"},
    {MINISTRY "domain = @example.vn\n", 3, "without \"@\""},
    {MINISTRY "domain = example\n", 3, "mail domain"},
    {MINISTRY "domain = -a.example.vn\n", 3, "mail domain"},
    {MINISTRY "max_age = 3\n", 3, "\"3 months\""},
    {MINISTRY "max_age = 0 days\n", 3, "longest age"},
    {MINISTRY "max_age = 121 months\n", 3, "longest age"},
    {MINISTRY "max_age = -1 months\n", 3, "longest age"},
    {MINISTRY "max_age = 4294967297 days\n", 3, "longest age"},
    {MINISTRY "max_age = 3 monthss\n", 3, "longest age"},
    {MINISTRY "warn = 14\n", 3, "\"14 days\""},
    {MINISTRY "warn = 366 days\n", 3, "0 to 365"},
    {MINISTRY "warn = 90 days\n[directory main]\n", 3, "not shorter"},
    {MINISTRY "max_age = 14 days\n[directory main]\n", 3, "not shorter"},
    {MINISTRY "deadline = 0 seconds\n", 3, "1 to 60 seconds"},
    {MINISTRY "deadline = 61 seconds\n", 3, "1 to 60 seconds"},
    {MINISTRY "deadline = 1 minute\n", 3, "1 to 60 seconds"},
    {MINISTRY "idle = 0 minutes\n", 3, "never"},
    {MINISTRY "idle = 1441 minutes\n", 3, "one day"},
    {MINISTRY "pwquality = `/none.conf\n", 3, "does not exist"},
    {MINISTRY "pwquality = pwquality.conf\n", 3, "whole path"},
    {MINISTRY "pwquality = `\n", 3, "not a regular file"},
    {MINISTRY "pwquality = `/pipe\n", 3, "not a regular file"},
    {MINISTRY "pwquality = `/loose.pem\n", 3, "chmod go-w"},

    {MINISTRY "words = `/none\n", 3, "does not exist"},
    {MINISTRY "words = words.d\n", 3, "whole path"},
    {MINISTRY "words = `/ca.pem\n", 3, "not a folder"},
    {MINISTRY "words = `/loose.d\n", 3, "chmod go-w"},
    {MINISTRY "leaks = `/leaks.txt\n", 3, "sha1, nt or plain"},
    {MINISTRY "leaks = sha1\n", 3, "sha1, nt or plain"},
    {MINISTRY "leaks = sha256 `/leaks.txt\n", 3, "sha1, nt or plain"},
    {MINISTRY "leaks = sha1 leaks.txt\n", 3, "whole path"},
    {MINISTRY "leaks = nt `/none.txt\n", 3, "does not exist"},
    {MINISTRY "leaks = plain `/loose.pem\n", 3, "chmod go-w"},
    {MINISTRY "trail = trail.jsonl\n", 3, "\"trail.jsonl\" is no place for the trail"},
    {MINISTRY "trail = syslogd\n", 3, "is no place for the trail"},
    {MINISTRY "trail = syslog trail.jsonl\n", 3, "write syslog, the whole path"},
    {MINISTRY "trail = /var/log/\n", 3, "is no place for the trail"},
    {MINISTRY "trail = /" X512 "\n", 3, "at most 511 bytes"},
    {MINISTRY "incomplete_check = ignore\n", 3, "\"refuse\" or \"go on\""},
    {MINISTRY "accents = true\n", 3, "neither yes nor no"},
    {MINISTRY "longest = 20\n", 3, "\"20 letters\""},
    {MINISTRY "longest = 5 letters\n", 3, "6 to 255"},
    {MINISTRY "longest = 256 letters\n", 3, "6 to 255"},
    {MINISTRY "not_taken = ệ\n", 3, "without diacritics"},
    {MINISTRY "not_taken = &<&\n", 3, "each of them once"},
    {MINISTRY "excuse_length = 15 letters\n", 3, "or never"},
    {MINISTRY "excuse_length = no\n", 3, "or never"},
    {HEAD "[system a]\nname = A\nsame_as = person\nlongest = 20 letters\n", 11, "\"longest\" and"},
    {HEAD "[system a]\nname = A\naccount = (uid=%u)\nleaks = x\n", 11, "known keys: name, "},
    {HEAD "[system a]\nname = A\naccount = (uid=%u)\npwquality = `/none\n", 11, "does not exist"},

    /* The servers. */
    {MINISTRY "[directory main]\nuri = ldap.example.vn\n", 4, "begin it with ldap://"},
    {MINISTRY "[directory main]\nuri = LDAP://ldap.example.vn\n", 4, "begin it with ldap://"},
    {MINISTRY "[directory main]\nuri = ldap://\n", 4, "no good host"},
    {MINISTRY "[directory main]\nuri = ldap://a_b.example.vn\n", 4, "no good host"},
    {MINISTRY "[directory main]\nuri = ldap://127.0.0.300\n", 4, "no good host"},
    {MINISTRY "[directory main]\nuri = ldap://[::1\n", 4, "no good host"},
    {MINISTRY "[directory main]\nuri = ldap://[example.vn]\n", 4, "no good host"},
    {MINISTRY "[directory main]\nuri = ldap://máy.example.vn\n", 4, "no good host"},
    {MINISTRY "[directory main]\nuri = ldaps://LocalHost\n", 4, "127.0.0.1 instead"},
    {MINISTRY "[directory main]\nuri = ldap://a.example.vn:\n", 4, "1 to 65535"},
    {MINISTRY "[directory main]\nuri = ldap://a.example.vn:65536\n", 4, "1 to 65535"},
    {MINISTRY "[directory main]\nuri = ldap://a.example.vn/dc=vn\n", 4, "\"base\""},
    {MINISTRY "[directory main]\nuri = ldap://a.example.vn:389/\n", 4, "\"base\""},
    {MINISTRY "[directory main]\nuri = ldap://an:pw@a.example.vn\n", 4, "\"base\""},
    {MINISTRY "[directory main]\nuri = ldapi:///\n", 4, "%2F"},
    {MINISTRY "[directory main]\nuri = ldapi:///run/ldapi\n", 4, "%2F"},
    {MINISTRY "[directory main]\nuri = ldapi://%2Frun%2\n", 4, "%2F"},
    {MINISTRY "[directory main]\nuri = ldapi://%2F" X64 X64 "\n", 4, "%2F"},
    {MINISTRY "[directory main]\nuri = ldaps://" X64 X64 X64 X64 "\n", 4, "at most 255 bytes"},
    {MINISTRY "[directory main]\nuri = ldaps://a.vn ldaps://b.vn ldaps://c.vn ldaps://d.vn\n"
              "  ldaps://e.vn ldaps://f.vn ldaps://g.vn ldaps://h.vn\n  ldaps://i.vn\n",
     6, "more than 8 servers"},
    {MINISTRY "[directory main]\nuri = ldaps://a.vn\n  tls = starttls\n", 5, "\"tls\""},
    {HEAD "tls = none\n", 8, "\"clear text on loopback\""},
    {HEAD "tls = clear text on loopback\n[system a]\n", 8, "leave \"tls\" out"},
    {MINISTRY "[directory main]\nuri = ldap://127.0.0.1 ldap://a.example.vn\n" BASE PERSON
              "tls = clear text on loopback\n",
     7, "[::1]"},
    {MINISTRY "[directory main]\nuri = ldap://128.0.0.1\n" BASE PERSON
              "tls = clear text on loopback\n",
     7, "[::1]"},
    {MINISTRY "[directory main]\nuri = ldap://127.0.0.1 ldaps://127.0.0.1\n" BASE PERSON
              "tls = clear text on loopback\n",
     3, "lacks \"ca_file\""},
    {MINISTRY "[directory main]\nuri = ldap://a.example.vn\n" BASE PERSON, 3, "lacks \"ca_file\""},
    {MINISTRY "[directory main]\nuri = ldaps://a.example.vn\n" BASE PERSON, 3, "lacks \"ca_file\""},
    {MINISTRY "[directory main]\nca_file = `/none.pem\n", 4, "does not exist"},
    {MINISTRY "[directory main]\nca_file = `/ca.pem/x\n", 4, "does not exist"},
    {MINISTRY "[directory main]\nca_file = `/loose.pem\n", 4, "chmod go-w"},
    {MINISTRY "[directory main]\nca_file = `/key.pem\n", 4, "holds no certificate"},
    {MINISTRY "[directory main]\nca_file = `/cut.pem\n", 4, "holds no certificate"},

    /* Names, filters and templates. */
    {MINISTRY SERVER "base = example.vn\n", 6, "ou=people,dc=example,dc=vn"},
    {MINISTRY SERVER "base = dc=example,\n", 6, "distinguished name"},
    {MINISTRY SERVER "base = dc=example,dc\n", 6, "distinguished name"},
    {MINISTRY SERVER "base = dc=,dc=vn\n", 6, "distinguished name"},
    {MINISTRY SERVER "base = dc=a;dc=vn\n", 6, "distinguished name"},
    {MINISTRY SERVER "base = dc=a\\,dc=vn\\\n", 6, "distinguished name"},
    {MINISTRY SERVER "base = dc=a+,dc=vn\n", 6, "distinguished name"},
    {MINISTRY SERVER "base = dc=#1,dc=vn\n", 6, "distinguished name"},
    {MINISTRY SERVER "base = 1.=a,dc=vn\n", 6, "distinguished name"},
    {HEAD "default_policy = default\n", 8, "distinguished name"},
    {MINISTRY SERVER BASE "person_dn = uid=%n,dc=vn\n", 7, "%u (the log-in name)"},
    {MINISTRY SERVER BASE "person_dn = uid=%d,dc=vn\n", 7, "%u (the log-in name)"},
    {MINISTRY SERVER BASE "person_dn = uid=%u,dc=vn%\n", 7, "%u (the log-in name)"},
    {MINISTRY SERVER BASE "person_dn = uid=an,dc=vn\n", 7, "same for everybody"},
    {MINISTRY SERVER BASE "person_dn = uid=%%u,dc=vn\n", 7, "same for everybody"},
    {MINISTRY SERVER BASE "person_dn = %u,dc=vn\n", 7, "uid=%u,ou=people"},
    {MINISTRY SERVER BASE "person = (uid=%d)\n", 7, "%u (the log-in name)"},
    {MINISTRY SERVER BASE "person = (uid=*)\n", 7, "same for everybody"},
    {MINISTRY SERVER BASE "person = uid=%u\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (uid=%u\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (uid=%u))\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = ((uid=%u))\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (uid = %u)\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (%u=uid)\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (&(uid=%u)(a=))\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (&(uid=%u)(a<b))\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (!(uid=%u)(a=b))\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (&(uid=%u)(&))\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (&(uid=%u)(a=\\2))\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (&(uid=%u)(a:dn=b))\n", 7, "search filter"},
    {MINISTRY SERVER BASE "person = (&(uid=%u)(a;=b))\n", 7, "search filter"},
    {MINISTRY SERVER BASE
     "person = (!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(!(uid=%u)))))))))))))))))))))\n",
     7, "search filter"},
    {HEAD "name_attribute = full name\n", 8, "name of an attribute"},
    {HEAD "unit_attribute = 2.5.4.\n", 8, "name of an attribute"},
    {HEAD "unit_attribute = 7\n", 8, "name of an attribute"},
    {HEAD "unit_attribute = " X64 "\n", 8, "at most 63 bytes"},
    {HEAD "default_policy = cn=" X512 "\n", 8, "at most 511 bytes"},

    /* The systems. */
    {HEAD "[system a]\nname = A\naccount = (seeAlso=%s)\n", 10, "%d (the person's DN)"},
    {HEAD "[system a]\nname = A\naccount = (host=mail)\n", 10, "%u, %d or %m"},
    {HEAD "[system a]\nname = A\naccount = (&(seeAlso=%d)(host=mail)\n", 10, "search filter"},
    {HEAD "[system a]\nname = A\naccount_dn = cn=mail,%dou=x\n", 10, "distinguished name"},
    {HEAD "[system a]\nname = A\naccount_dn = %d,ou=x\n", 10, "distinguished name"},
    {HEAD "[system a]\nname = A\naccount = (uid=%u)\ndirectory = mian\n", 11, "[directory mian]"},
    {HEAD "[system a]\nname = A\naccount = (uid=%u)\ndirectory = a b\n", 11, "\"directory\""},
    {HEAD "[system a]\nname = A\nsame_as = b\n", 10, "[system b]"},
    {HEAD "[system a]\nname = A\nsame_as = [b]\n", 10, "write person"},
    {HEAD "[system a]\nname = A\nsame_as = a\n", 10, "leads back to itself"},
    {HEAD "[system a]\nname = A\nsame_as = b\n[system b]\nname = B\nsame_as = a\n", 10,
     "leads back to itself"},

    /* What a helpdesk needs to know of the people of a directory. */
    {HEAD "login_attribute = user name\n", 8, "name of an attribute"},
    {HEAD "login_attribute = " X64 "\n", 8, "at most 63 bytes"},
    {HEAD "staff_attribute = 1x\n", 8, "name of an attribute"},
    {HEAD "phone_attributes = mobile, telephoneNumber\n", 8,
     "\"mobile,\" of \"phone_attributes\" is not the name of an attribute"},
    {HEAD "phone_attributes = mobile Mobile\n", 8, "\"Mobile\" stands twice"},
    {HEAD "phone_attributes = a b c d\n", 8, "more than 3 attributes"},
    {HEAD "phone_attributes = a " X64 "\n", 8, "at most 63 bytes"},
    {HEAD "phone_attributes = a\n  b\n", 9, "begins with a space"},
    {HEAD "note_attribute = -\n", 8, "name of an attribute"},
    {HEAD "note_attribute = CN\n", 8, "over the attribute cn"},
    {HEAD "note_attribute = ou\n", 8, "over the attribute ou"},
    {HEAD "note_attribute = uid\n", 8, "over the attribute uid"},
    {HEAD "kind = ad\nnote_attribute = samAccountName\n", 9, "over the attribute sAMAccountName"},
    {HEAD "note_attribute = employeeNumber\nstaff_attribute = employeeNumber\n", 8,
     "over the attribute employeeNumber"},
    {HEAD "note_attribute = telephoneNumber\n", 8, "over the attribute telephoneNumber"},
    {HEAD "note_attribute = mobile\n", 8, "over the attribute mobile"},
    {HEAD "phone_attributes = a b c\nnote_attribute = c\n", 9, "over the attribute c"},
    {HEAD "note_attribute = userpassword\n", 8, "over the attribute userPassword"},
    {HEAD "note_attribute = mail\n", 8, "name one that nothing else uses"},

    /* The helpdesk. */
    {TRAIL HELPDESK DESK "[helpdesk]\n", 14, "section [helpdesk] stands here a second time"},
    {TRAIL "[helpdesk main]\n", 9, "unknown section [helpdesk main]"},
    {TRAIL "[helpdesk]\nwatch = 5 minutes\n" DESK, 9, "[helpdesk] lacks \"verify\""},
    {TRAIL "[helpdesk]\nverify =\n", 10, "no value"},
    {TRAIL HELPDESK "  " X64 X64 "\n", 11, "\"verify\" is too long; at most 127 bytes"},
    {TRAIL HELPDESK "  1\n  2\n  3\n  4\n  5\n  6\n  7\n  8\n", 18,
     "more than 8 ways to verify a caller"},
    {TRAIL HELPDESK "  Số thẻ\n  Gọi lại\n", 12, "\"Gọi lại\" stands twice in \"verify\""},
    {TRAIL HELPDESK "verify = Số thẻ\n", 11, "first on line 10"},
    {TRAIL HELPDESK "protected = admins\n", 11, "\"admins\" of \"protected\" is not a disting"},
    {TRAIL HELPDESK "protected = cn=a,dc=vn\n  cn=b,\n", 12, "distinguished name"},
    {TRAIL HELPDESK "protected = cn=a,dc=vn\n   CN=A, dc=vn\n", 12, "\"CN=A, dc=vn\" stands twice"},
    {TRAIL HELPDESK "protected = cn=a\\,b,dc=vn\n   cn=a\\2Cb,dc=vn\n", 12, "stands twice"},
    {TRAIL HELPDESK "protected = cn=" X512 "\n", 11, "at most 511 bytes"},
    {TRAIL HELPDESK "protected = cn=1\n cn=2\n cn=3\n cn=4\n cn=5\n cn=6\n cn=7\n cn=8\n cn=9\n"
                    " cn=10\n cn=11\n cn=12\n cn=13\n cn=14\n cn=15\n cn=16\n cn=17\n",
     27, "more than 16 groups"},
    {TRAIL HELPDESK "watch = 0 minutes\n", 11, "1 to 60 minutes"},
    {TRAIL HELPDESK "watch = 61 minutes\n", 11, "1 to 60 minutes"},
    {TRAIL HELPDESK "watch = 15\n", 11, "\"15 minutes\""},
    {TRAIL HELPDESK "watch = 90 seconds\n", 11, "1 to 60 minutes"},
    {TRAIL HELPDESK "watch = 5 minutes\n  6 minutes\n", 12, "begins with a space"},
    {TRAIL HELPDESK "phone = 1\n", 11, "known keys: protected, verify, watch."},
    {TRAIL HELPDESK, 9, "[helpdesk] is of no use without operators"},
    {TRAIL DESK, 9, "[desk a] needs to know how a caller is verified"},
    {HEAD HELPDESK DESK, 10, "[desk a] needs a trail; add a line such as \"trail = syslog\""},

    /* The desks. */
    {TRAIL HELPDESK "[desk]\n", 11, "[desk main]"},
    {TRAIL HELPDESK "[desk Hà Nội]\n", 11, "without diacritics"},
    {TRAIL HELPDESK DESK DESK, 14, "[desk a] is already taken"},
    {TRAIL HELPDESK "[desk a]\ngroup = cn=a,dc=vn\n", 11, "[desk a] lacks \"name\""},
    {TRAIL HELPDESK "[desk a]\nname = A\n[system b]\n", 11, "[desk a] lacks \"group\""},
    {TRAIL HELPDESK "[desk a]\nname = " X512 "\n", 12, "at most 255 bytes"},
    {TRAIL HELPDESK "[desk a]\nname = A\ngroup = operators\n", 13, "distinguished name"},
    {TRAIL HELPDESK "[desk a]\nname = A\ngroup = cn=" X512 "\n", 13, "at most 511 bytes"},
    {TRAIL HELPDESK DESK "base = ou\n", 14, "distinguished name"},
    {TRAIL HELPDESK DESK "base = ou=a,dc=vn\n", 14,
     "\"base\" of [desk a] does not end as that of [directory main], where the people are; write "
     "it as in dc=example,dc=vn"},
    {TRAIL HELPDESK DESK "base = ou=a\\,dc=example,dc=vn\n", 14, "does not end as"},
    {TRAIL HELPDESK DESK "base = xdc=example,dc=vn\n", 14, "does not end as"},
    {TRAIL HELPDESK DESK "group = cn=b,dc=vn\n", 14, "first on line 13"},
    {TRAIL HELPDESK DESK "operators = 1\n", 14, "known keys: name, group, base."},
    {TRAIL HELPDESK DESK "[desk b]\nname = B\ngroup = CN=a , dc = example,dc=vn\n", 16,
     "the group of [desk b] is that of [desk a]"},
};

static void write_file(const char *name, const char *text, mode_t mode)
{
    char path[256];
    FILE *f;

    assert_in_range(snprintf(path, sizeof path, "%s/%s", folder, name), 1, sizeof path - 1);
    f = fopen(path, "w");
    assert_non_null(f);
    for (; *text != '\0'; text++)
        assert_true(*text == '`' ? fputs(folder, f) >= 0 : fputc(*text, f) != EOF);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static bool read_file(const char *path, char *message, size_t size)
{
    memset(&config, 0, sizeof config);
    return config_read(&config, path, message, size);
}

static bool read_text(const char *text, char *message, size_t size)
{
    char path[256];

    write_file("matkhau.conf", text, 0600);
    (void)snprintf(path, sizeof path, "%s/matkhau.conf", folder);
    memset(message, '?', size);
    return read_file(path, message, size);
}

static void refuses(void **state)
{
    const struct fault *fault = *state;
    char message[1024];
    char place[300];

    if (read_text(fault->file, message, sizeof message))
        fail_msg("taken: %s", fault->file);
    if (fault->line != 0)
        (void)snprintf(place, sizeof place, "%s/matkhau.conf, line %u: ", folder, fault->line);
    else
        (void)snprintf(place, sizeof place, "%s/matkhau.conf: ", folder);
    if (strncmp(message, place, strlen(place)) != 0 || strstr(message, fault->word) == NULL ||
        message[strlen(message) - 1] != '.' || strchr(message, '\n') != NULL)
        fail_msg("wanted \"%s...%s...\" and got \"%s\"", place, fault->word, message);
}

static void good(const char *text)
{
    char message[1024];

    if (!read_text(text, message, sizeof message))
        fail_msg("refused: %s", message);
}

static void takes_kerberos_servers(void **state)
{
    const struct mk_request_directory *d = &config.directory[0].request;

    (void)state;
    good(HEAD "realm = EXAMPLE.VN\n"
              "kdc = dc1.example.vn\n"
              "   192.0.2.1\n");
    assert_int_equal(d->kdcs, 2);
    assert_string_equal(d->kdc[0], "dc1.example.vn");
    assert_string_equal(d->kdc[1], "192.0.2.1");
}

/* Where the trail goes; the file itself is looked at when it has to be written. */
static void takes_places_for_the_trail(void **state)
{
    (void)state;
    good("[ministry]\ntrail = /nowhere/my trail.jsonl ; of changes\nname = x\n" SERVER BASE PERSON);
    assert_false(config.trail_log);
    assert_string_equal(config.trail_file, "/nowhere/my trail.jsonl");
    good("[ministry]\ntrail = syslog\nname = x\n" SERVER BASE PERSON);
    assert_true(config.trail_log);
    assert_string_equal(config.trail_file, "");
    good("[ministry]\ntrail = syslog /nowhere/trail\nname = x\n" SERVER BASE PERSON);
    assert_true(config.trail_log);
    assert_string_equal(config.trail_file, "/nowhere/trail");
}

static void takes_a_helpdesk(void **state)
{
    const struct mk_request_directory *d = &config.directory[0].request;

    (void)state;
    good("[desk hanoi]\n" /* the order of sections is free */
         "base = ou=Hà Nội, OU=people,dc=Example,DC=vn\n"
         "name = Bộ phận hỗ trợ Hà Nội ; at the\xc2\xa0"
         "door\n"
         "group = cn=hanoi,ou=groups,dc=vn\n" TRAIL "login_attribute = mailNickname\n"
         "staff_attribute = employeeNumber\n"
         "phone_attributes = mobile 2.5.4.20  homePhone\n"
         "note_attribute = description\n"
         "[helpdesk]\n"
         "protected = cn=admins,ou=groups,dc=vn\n"
         "   cn=leaders,ou=groups,dc=vn ; and\n"
         "   cn=Ban lãnh đạo,ou=groups,dc=vn\n"
         "verify = Gọi lại số trong danh bạ\n"
         "   Số thẻ và ngày sinh\n"
         "watch = 1 minute\n"
         "[desk all]\n"
         "name = Tất cả\n"
         "group = cn=all\\2C\\, \\+,ou=groups,dc=vn\n");
    assert_int_equal(config.desks, 2);
    assert_string_equal(config.desk[0].id, "hanoi");
    assert_string_equal(config.desk[0].name, "Bộ phận hỗ trợ Hà Nội");
    assert_string_equal(config.desk[0].group, "cn=hanoi,ou=groups,dc=vn");
    assert_string_equal(config.desk[0].base, "ou=Hà Nội, OU=people,dc=Example,DC=vn");
    assert_string_equal(config.desk[1].id, "all");
    assert_string_equal(config.desk[1].group, "cn=all\\2C\\, \\+,ou=groups,dc=vn");
    assert_string_equal(config.desk[1].base, "dc=example,dc=vn");
    assert_int_equal(config.protected_groups, 3);
    assert_string_equal(config.protected_group[1], "cn=leaders,ou=groups,dc=vn");
    assert_string_equal(config.protected_group[2], "cn=Ban lãnh đạo,ou=groups,dc=vn");
    assert_int_equal(config.checks, 2);
    assert_string_equal(config.check[0], "Gọi lại số trong danh bạ");
    assert_string_equal(config.check[1], "Số thẻ và ngày sinh");
    assert_int_equal(config.watch_seconds, 60);
    assert_string_equal(d->login_attribute, "mailNickname");
    assert_string_equal(d->staff_attribute, "employeeNumber");
    assert_string_equal(d->phone_attribute[0], "mobile");
    assert_string_equal(d->phone_attribute[1], "2.5.4.20");
    assert_string_equal(d->phone_attribute[2], "homePhone");
    assert_string_equal(d->note_attribute, "description");
    good(HEAD "kind = ad\nphone_attributes = mobile\n");
    assert_string_equal(d->login_attribute, "sAMAccountName");
    assert_string_equal(d->phone_attribute[0], "mobile");
    assert_string_equal(d->phone_attribute[1], "");
    good(HEAD "kind = ad\nlogin_attribute = cn2\n");
    assert_string_equal(d->login_attribute, "cn2");
}

/* As many as there is room for are no fault. */
static void takes_the_most(void **state)
{
    char text[16384] = TRAIL HELPDESK "   2\n   3\n   4\n   5\n   6\n   7\n   8\nprotected = ";
    size_t used = strlen(text);

    (void)state;
    for (int i = 0; i < CONFIG_PROTECTED_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "  cn=%d\n", i);
    for (int i = 0; i < CONFIG_DESKS_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "[desk d%d]\nname = %d\ngroup = cn=d%d\n", i, i, i);
    good(text);
    assert_int_equal(config.desks, CONFIG_DESKS_MAX);
    assert_int_equal(config.protected_groups, CONFIG_PROTECTED_MAX);
    assert_int_equal(config.checks, CONFIG_CHECKS_MAX);
    assert_string_equal(config.desk[CONFIG_DESKS_MAX - 1].group, "cn=d47");
    assert_string_equal(config.desk[CONFIG_DESKS_MAX - 1].base, "dc=example,dc=vn");
}

static void takes_defaults(void **state)
{
    const struct mk_request_directory *d = &config.directory[0].request;

    (void)state;
    good(HEAD);
    assert_string_equal(config.ministry, "Bộ Tư pháp");
    assert_string_equal(config.account_name, "");
    assert_string_equal(config.domain, "");
    assert_string_equal(config.helpdesk, "");
    assert_string_equal(config.rules.pwquality_file, "");
    assert_string_equal(config.rules.not_taken, "");
    assert_int_equal(config.rules.max_length, 0);
    assert_int_equal(config.rules.accents, CONFIG_NO);
    assert_int_equal(config.rules.excuse_length, CONFIG_NEVER);
    assert_non_null(strstr(config.words_dir, "/matkhau/words.d"));
    assert_int_equal(config.leak_kind, MK_LEAKS_NONE);
    assert_string_equal(config.leak_file, "");
    assert_false(config.go_on);
    assert_false(config.trail_log);
    assert_string_equal(config.trail_file, "");
    assert_int_equal(config.deadline_ms, 10000);
    assert_int_equal(config.idle_seconds, 300);
    assert_int_equal(config.directories, 1);
    assert_int_equal(config.systems, 0);
    assert_int_equal(config.login_directory, 0);
    assert_string_equal(config.directory[0].id, "main");
    assert_int_equal(d->uris, 1);
    assert_int_equal(d->log_in_uris, 1);
    assert_int_equal(d->writable, 1);
    assert_int_equal(d->kind, MK_KIND_ASK);
    assert_string_equal(d->log_in_name, "");
    assert_string_equal(d->uri[0], "ldaps://ldap.example.vn");
    assert_int_equal(d->tls, MK_TLS_STARTTLS);
    assert_string_equal(d->base, "dc=example,dc=vn");
    assert_string_equal(d->person_filter, "(uid=%u)");
    assert_string_equal(d->person_dn, "");
    assert_string_equal(d->default_policy, "");
    assert_string_equal(d->name_attribute, "cn");
    assert_string_equal(d->unit_attribute, "ou");
    assert_string_equal(d->login_attribute, "uid");
    assert_string_equal(d->staff_attribute, "");
    assert_string_equal(d->phone_attribute[0], "telephoneNumber");
    assert_string_equal(d->phone_attribute[1], "mobile");
    assert_string_equal(d->phone_attribute[2], "");
    assert_string_equal(d->note_attribute, "");
    assert_int_equal(config.desks, 0);
    assert_int_equal(config.protected_groups, 0);
    assert_int_equal(config.checks, 0);
    assert_int_equal(config.watch_seconds, 900);
    assert_int_equal(d->max_age_unit, MK_AGE_MONTHS);
    assert_int_equal(d->max_age, 3);
    assert_int_equal(d->warn_seconds, 14 * 86400);
    assert_int_equal(d->header.type, 0);
}

/* A system's own rules, and those of [ministry] where it has none. */
static void takes_rules(void)
{
    const struct config_rules *common = &config.rules;
    const struct config_rules *own = &config.system[2].rules;
    const struct config_rules *inherited = &config.system[4].rules;

    assert_non_null(strstr(config.words_dir, "/words.d"));
    assert_int_equal(config.leak_kind, MK_LEAKS_NT);
    assert_non_null(strstr(config.leak_file, "/leaks.txt"));
    assert_true(config.go_on);
    assert_int_equal(common->accents, CONFIG_YES);
    assert_int_equal(common->max_length, 64);
    assert_string_equal(common->not_taken, "<> '");
    assert_int_equal(common->excuse_length, 20);
    assert_non_null(strstr(own->pwquality_file, "/strict.conf"));
    assert_int_equal(own->accents, CONFIG_NO);
    assert_int_equal(own->max_length, 12);
    assert_string_equal(own->not_taken, "a&;\"");
    assert_int_equal(own->excuse_length, CONFIG_NEVER);
    assert_memory_equal(inherited, common, sizeof *common);
}

static void takes_everything(void **state)
{
    const struct mk_request_directory *d = &config.directory[0].request;

    (void)state;
    good("\xef\xbb\xbf; a comment\r\n"
         "# another one\r\n"
         "[ministry] ; the ministry\r\n"
         "name: Bộ Tư pháp ; said so\r\n"
         "account_name = Tài khoản chung\r\n"
         "domain = moj.example.vn\r\n"
         "helpdesk = 024 1234 5678\r\n"
         "max_age = 90 days\r\n"
         "warn = 0 days\r\n"
         "deadline = 1 second\r\n"
         "idle = never\r\n"
         "pwquality = `/pwquality.conf\r\n"
         "words = `/words.d\r\n"
         "leaks = nt  `/leaks.txt\r\n"
         "incomplete_check = go on\r\n"
         "accents = yes\r\n"
         "longest = 64 letters\r\n"
         "not_taken = <> '\r\n"
         "excuse_length = 20 letters\r\n"
         "[system first]\n"
         "name = Một\n"
         "same_as = second\n"
         "[system second]\n"
         "name = Hai\n"
         "same_as = third\n"
         "[system third]\n"
         "name = Ba\n"
         "directory = other\n"
         "account_dn = cn=mail+host=\\2c\\,,%d\n"
         "pwquality = `/strict.conf\n"
         "accents = no\n"
         "longest = 12 letters\n"
         "not_taken = a&;\"\n"
         "excuse_length = never\n"
         "[system fourth]\n"
         "name = Bốn\n"
         "same_as = person\n"
         "[system fifth]\n"
         "name = Năm = 5\n"
         "account = (&(|(mail=%m)(uid=%u))(!(a:dn:2.5.13.5:=1%%)) (b>=2)(c;lang-vi~=*x*))\n"
         "[directory other]\n"
         "uri = ldap://127.0.0.1:3890\n"
         "tls = clear text on loopback\n"
         "base = o=Bộ\n"
         "[directory main]\n"
         "uri = ldap://a.example.vn ldaps://b.example.vn:636 ; two\n"
         "\n"
         "; and\n"
         "   ldaps://192.0.2.1 ; the third\n"
         "\tldap://[2001:db8::1]:389\n"
         "   ldapi://%2Frun%2fslapd-1%2Fldapi\n"
         "writable = ldaps://c.example.vn\n"
         "   ldaps://b.example.vn:636\n"
         "kind = 389ds\n"
         "realm = EXAMPLE.VN\n"
         "tls = starttls\n"
         "ca_file = `/ca.pem\n"
         "base = ou=a, dc=example,dc=vn\n"
         "person_dn = uid=%u,ou=people+l=1%%,dc=vn\n"
         "default_policy = cn=\\#x\\c3\\a9,2.5.4.11=#0403,dc=vn\n"
         "name_attribute = displayName\n"
         "unit_attribute = 2.5.4.11\n");
    assert_string_equal(config.ministry, "Bộ Tư pháp");
    assert_string_equal(config.account_name, "Tài khoản chung");
    assert_string_equal(config.domain, "moj.example.vn");
    assert_string_equal(config.helpdesk, "024 1234 5678");
    assert_int_equal(config.deadline_ms, 1000);
    assert_int_equal(config.idle_seconds, 0);
    assert_non_null(strstr(config.rules.pwquality_file, "/pwquality.conf"));
    takes_rules();
    assert_int_equal(config.directories, 2);
    assert_int_equal(config.login_directory, 1);
    assert_int_equal(config.systems, 5);
    assert_int_equal(config.system[0].same_as, 2);
    assert_int_equal(config.system[0].directory, 0);
    assert_int_equal(config.system[1].same_as, 2);
    assert_int_equal(config.system[1].directory, 0);
    assert_int_equal(config.system[2].same_as, CONFIG_OWN_ACCOUNT);
    assert_int_equal(config.system[2].directory, 0);
    assert_string_equal(config.system[2].account_dn, "cn=mail+host=\\2c\\,,%d");
    assert_int_equal(config.system[3].same_as, MK_PERSON);
    assert_int_equal(config.system[3].directory, 1);
    assert_int_equal(config.system[4].same_as, CONFIG_OWN_ACCOUNT);
    assert_int_equal(config.system[4].directory, 1);
    assert_string_equal(config.system[4].name, "Năm = 5");
    assert_int_equal(d->tls, MK_TLS_NONE_ON_LOOPBACK);
    assert_string_equal(d->ca_file, "");
    d = &config.directory[1].request;
    assert_int_equal(d->uris, 6);
    assert_int_equal(d->log_in_uris, 5);
    assert_string_equal(d->uri[5], "ldaps://c.example.vn");
    assert_int_equal(d->writable, 0x22);
    assert_string_equal(d->realm, "EXAMPLE.VN");
    assert_int_equal(d->kdcs, 3);
    assert_string_equal(d->kdc[0], "a.example.vn");
    assert_string_equal(d->kdc[1], "b.example.vn");
    assert_string_equal(d->kdc[2], "192.0.2.1");
    assert_int_equal(d->kind, MK_KIND_389);
    assert_string_equal(d->uri[1], "ldaps://b.example.vn:636");
    assert_string_equal(d->uri[2], "ldaps://192.0.2.1");
    assert_string_equal(d->uri[4], "ldapi://%2Frun%2fslapd-1%2Fldapi");
    assert_non_null(strstr(d->ca_file, "/ca.pem"));
    assert_string_equal(d->person_dn, "uid=%u,ou=people+l=1%%,dc=vn");
    assert_string_equal(d->name_attribute, "displayName");
    assert_int_equal(d->max_age_unit, MK_AGE_DAYS);
    assert_int_equal(d->max_age, 90);
    assert_int_equal(d->warn_seconds, 0);
}

static void takes_the_last_line_without_its_end(void **state)
{
    (void)state;
    good(MINISTRY "max_age = none\nwarn = 365 days\nidle = 90 seconds\n" SERVER BASE
                  "person_dn = uid=%u,dc=vn");
    assert_string_equal(config.directory[0].request.person_dn, "uid=%u,dc=vn");
    assert_int_equal(config.directory[0].request.max_age_unit, MK_AGE_NONE);
    assert_int_equal(config.idle_seconds, 90);
}

/* The worker has to be able to say by itself that nobody answers, before the deadline kills it. */
static void shares_the_deadline_out(void **state)
{
    static const char *const uris[] = {"ldaps://a.vn", "ldaps://a.vn ldaps://b.vn ldaps://c.vn",
                                       "ldaps://a.vn ldaps://b.vn ldaps://c.vn ldaps://d.vn "
                                       "ldaps://e.vn ldaps://f.vn ldaps://g.vn ldaps://h.vn"};
    static const unsigned seconds[] = {1, 10, 60};

    (void)state;
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++)
        for (size_t k = 0; k < sizeof seconds / sizeof *seconds; k++) {
            const struct mk_request_directory *d = &config.directory[0].request;
            char text[1024];
            (void)snprintf(text, sizeof text,
                           MINISTRY "deadline = %u seconds\n[directory main]\nuri = %s\n"
                                    "ca_file = `/ca.pem\nbase = dc=vn\nperson = (uid=%%u)\n",
                           seconds[k], uris[i]);
            good(text);
            assert_in_range(d->server_ms, 100, 3500);
            assert_int_equal(d->total_ms, config.deadline_ms);
            assert_true(d->server_ms + d->operation_ms < config.deadline_ms);
        }
    assert_int_equal(config.directory[0].request.operation_ms, 30000);
}

static void needs_no_authority_on_this_machine(void **state)
{
    (void)state;
    good(MINISTRY "[directory main]\nuri = ldapi://%2Frun%2Fldapi\n" BASE PERSON);
    good(MINISTRY "[directory main]\nuri = ldap://[::1] ldap://127.9.9.9\n"
                  "tls = clear text on loopback\n" BASE PERSON);
}

static void refuses_a_file_it_cannot_trust(void **state)
{
    char message[1024];
    char path[256];

    (void)state;
    good(HEAD);
    (void)snprintf(path, sizeof path, "%s/matkhau.conf", folder);
    for (mode_t mode = 0602; mode <= 0620; mode += 016) {
        assert_int_equal(chmod(path, mode), 0);
        assert_false(read_file(path, message, sizeof message));
        assert_non_null(strstr(message, "chmod go-w"));
    }
    if (geteuid() != 0) {
        assert_int_equal(chmod(path, 0), 0);
        assert_false(read_file(path, message, sizeof message));
        assert_non_null(strstr(message, "cannot be read"));
    }
    assert_int_equal(unlink(path), 0);
    assert_false(read_file(path, message, sizeof message));
    assert_non_null(strstr(message, "does not exist"));
    assert_false(read_file(folder, message, sizeof message));
    assert_non_null(strstr(message, "regular file"));
}

/* A file with NUL bytes, where the rest of the line would be overlooked. */
static void refuses_nul(void **state)
{
    static const char text[] = MINISTRY "warn = 1 day\0s\n";
    char message[1024];
    char path[256];
    FILE *f;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/nul.conf", folder);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, sizeof text - 1, f), sizeof text - 1);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, 0600), 0);
    assert_false(read_file(path, message, sizeof message));
    assert_non_null(strstr(message, "line 3: "));
    assert_non_null(strstr(message, "control character"));
    assert_int_equal(unlink(path), 0);
}

static void refuses_too_many(void **state)
{
    char message[1024];
    char text[16384] = HEAD;
    size_t used = strlen(text);

    (void)state;
    for (int i = 0; i <= MK_SYSTEMS_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "[system s%d]\nname = %d\nsame_as = %s%.0d\n", i, i,
                                 i == 0 ? "person" : "s0", 0);
    assert_false(read_text(text, message, sizeof message));
    assert_non_null(strstr(message, "more than 48 systems"));
    text[used = strlen(MINISTRY)] = '\0';
    memcpy(text, MINISTRY, used);
    for (int i = 0; i <= MK_DIRECTORIES_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "[directory d%d]\nuri = ldapi://%%2Fx\nbase = dc=vn\n", i);
    assert_false(read_text(text, message, sizeof message));
    assert_non_null(strstr(message, "more than 8 directories"));
    text[used = strlen(MINISTRY)] = '\0';
    for (int i = 0; i <= CONFIG_DESKS_MAX; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "[desk d%d]\nname = %d\ngroup = cn=d%d\n", i, i, i);
    assert_false(read_text(text, message, sizeof message));
    assert_non_null(strstr(message, "line 147: more than 48 desks"));
}

/* What the file says reaches the administrator's terminal as text, and whole letters only. */
static void shows_values_as_text(void **state)
{
    char message[1024];

    (void)state;
    assert_false(read_text(MINISTRY "x\xe2\x80\xae = 1\n", message, sizeof message));
    assert_null(strstr(message, "\xe2\x80\xae"));
    text_start(false);
    assert_false(read_text(MINISTRY "domain = tưpháp\n", message, sizeof message));
    assert_non_null(strstr(message, "\"tuphap\""));
    good(HEAD);
    assert_string_equal(config.ministry, "Bo Tu phap");
    text_start(true);
}

static void cuts_the_message(void **state)
{
    char message[40];

    (void)state;
    assert_false(read_text("", message, sizeof message));
    assert_int_equal(strlen(message), sizeof message - 1);
}

/* Reads a file of the terminal program's folder; the caller frees it. */
static char *read_source(const char *name)
{
    char path[1024];
    char *text = NULL;
    size_t capacity = 0;
    FILE *f;

    assert_in_range(snprintf(path, sizeof path, TUI_FOLDER "/%s", name), 1, sizeof path - 1);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_true(getdelim(&text, &capacity, '\0', f) > 0);
    assert_int_equal(fclose(f), 0);
    return text;
}

static void takes_the_example(void **state)
{
    static const char installed[] = "/etc/ssl/certs/ca-certificates.crt";
    char *text = read_source("matkhau.conf.example");
    char *at;

    (void)state;
    /* There may be none of these on this machine. */
    while ((at = strstr(text, installed)) != NULL) {
        memcpy(at, "`/ca.pem", 8);
        memset(at + 8, ' ', sizeof installed - 1 - 8);
    }
    good(text);
    assert_int_equal(config.directories, 2);
    assert_int_equal(config.systems, 5);
    /* What is there as a comment is right as well. */
    for (at = text; (at = strstr(at, "\n;")) != NULL; at++)
        if ((strchr("[abcdefghijklmnopqrstuvwxyz", at[2]) != NULL ||
             strncmp(at + 2, "  ", 2) == 0) &&
            strncmp(at + 2, "pwquality", 9) != 0 && strncmp(at + 2, "leaks", 5) != 0 &&
            strncmp(at + 2, "words", 5) != 0)
            memmove(at + 1, at + 2, strlen(at + 2) + 1);
    good(text);
    assert_string_equal(config.account_name, "Tài khoản dùng chung");
    assert_int_equal(config.desks, 2);
    assert_int_equal(config.protected_groups, 2);
    assert_int_equal(config.checks, 3);
    free(text);
}

/* Every key that the program names as known has its paragraph in the manual. */
static void has_every_key_in_the_manual(void **state)
{
    static const char *const unknown[] = {MINISTRY "x = 1\n", HEAD "x = 1\n",
                                          HEAD "[system a]\nx = 1\n", HEAD "[helpdesk]\nx = 1\n",
                                          HEAD "[desk a]\nx = 1\n"};
    char *manual = read_source("matkhau.conf.5");
    unsigned keys = 0;

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        char message[1024];
        char *rest;
        assert_false(read_text(unknown[i], message, sizeof message));
        rest = strstr(message, "known keys: ");
        assert_non_null(rest);
        for (char *key = strtok_r(rest + 12, " ,.", &rest); key != NULL;
             key = strtok_r(NULL, " ,.", &rest), keys++) {
            char item[64];
            char second[64];
            (void)snprintf(item, sizeof item, "\n.It Ic %s", key);
            (void)snprintf(second, sizeof second, " , %s\n", key);
            if (strstr(manual, item) == NULL && strstr(manual, second) == NULL)
                fail_msg("\"%s\" is not in the manual", key);
        }
    }
    assert_int_equal(keys, 51);
    free(manual);
}

static int set_up(void **state)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----\nMIIB\n";
    static const char end[] = "-----END CERTIFICATE-----\n";
    char text[sizeof begin + sizeof end];

    (void)state;
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        return -1;
    text_start(true);
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(text, sizeof text, "%s%s", begin, end);
    write_file("ca.pem", text, 0644);
    write_file("loose.pem", text, 0664);
    write_file("cut.pem", begin, 0600);
    write_file("key.pem", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", 0600);
    write_file("pwquality.conf", "minlen = 8\n", 0644);
    write_file("strict.conf", "minlen = 12\n", 0644);
    write_file("leaks.txt", "", 0644);
    (void)snprintf(text, sizeof text, "%s/words.d", folder);
    if (mkdir(text, 0755) != 0)
        return -1;
    (void)snprintf(text, sizeof text, "%s/loose.d", folder);
    if (mkdir(text, 0700) != 0 || chmod(text, 0777) != 0)
        return -1;
    (void)snprintf(text, sizeof text, "%s/pipe", folder);
    return mkfifo(text, 0600);
}

static int tear_down(void **state)
{
    static const char *const names[] = {"ca.pem",       "loose.pem",      "cut.pem",
                                        "key.pem",      "pwquality.conf", "pipe",
                                        "matkhau.conf", "strict.conf",    "leaks.txt"};
    static const char *const folders[] = {"words.d", "loose.d"};
    char path[256];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
        (void)rmdir(path);
    }
    return rmdir(folder);
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(takes_places_for_the_trail),
        cmocka_unit_test(takes_a_helpdesk),
        cmocka_unit_test(takes_the_most),
        cmocka_unit_test(takes_defaults),
        cmocka_unit_test(takes_kerberos_servers),
        cmocka_unit_test(takes_everything),
        cmocka_unit_test(takes_the_last_line_without_its_end),
        cmocka_unit_test(shares_the_deadline_out),
        cmocka_unit_test(needs_no_authority_on_this_machine),
        cmocka_unit_test(refuses_a_file_it_cannot_trust),
        cmocka_unit_test(refuses_nul),
        cmocka_unit_test(refuses_too_many),
        cmocka_unit_test(shows_values_as_text),
        cmocka_unit_test(cuts_the_message),
        cmocka_unit_test(takes_the_example),
        cmocka_unit_test(has_every_key_in_the_manual),
    };
    enum { FAULTS = sizeof faults / sizeof *faults, OTHERS = sizeof others / sizeof *others };
    static struct CMUnitTest tests[FAULTS + OTHERS];
    static char names[FAULTS][32];

    for (size_t i = 0; i < FAULTS; i++) {
        (void)snprintf(names[i], sizeof names[i], "refuses fault %zu", i + 1);
        tests[i] = (struct CMUnitTest){
            .name = names[i], .test_func = refuses, .initial_state = &faults[i]};
    }
    memcpy(tests + FAULTS, others, sizeof others);
    return cmocka_run_group_tests_name("config", tests, set_up, tear_down);
}
