/* SPDX-License-Identifier: MIT */
#ifndef AD_CODE_H
#define AD_CODE_H

/*
 * What Active Directory writes otherwise than other servers: the codes in its messages and the
 * passwords in its attributes. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "matkhau/result.h"
#include "matkhau/secret.h"

/* pwdProperties, [MS-ADTS] 3.1.1.5.2.4 */
#define AD_CODE_COMPLEX 0x1

/* A duration that does not end. */
#define AD_CODE_NEVER_DURATION INT64_MIN

/* Both quotation marks and every byte as a character of two bytes. */
#define AD_CODE_WIDE_MAX (2 * (MK_PASSWORD_MAX + 2))

/*
 * The meaning of a bind's code 49 by the number that its message holds as "data XXX,", a Win32
 * error code in hexadecimal ([MS-ERREF] 2.2). MK_CREDENTIALS where there is none or another.
 * MK_CHANGE_FIRST and MK_EXPIRED_FIRST are given with the right password only.
 */
enum mk_result ad_code_bind(const char *text);

/*
 * The meaning of the code 19 or 53 of a change by the Win32 error code of eight hexadecimal digits
 * and ":" that its message begins with. MK_SOME_RULE for a broken rule, MK_SERVER_REFUSED where
 * there is none or another. Samba 4.17.12 has none for a person who may not change the password:
 * MK_CHANGE_FORBIDDEN.
 */
enum mk_result ad_code_change(const char *text);

/*
 * Which rule Samba names in the message of a change that a rule has forbidden; MK_SOME_RULE where
 * the text is none of those known. "Complexity" is MK_FEW_KINDS where `password` has too few for
 * certain.
 */
enum mk_result ad_code_rule(const char *text, const struct mk_password *password);

/*
 * Which rule the Kerberos password service means by the `size` bytes behind its result code 4: the
 * policy of Active Directory in 30 bytes, of which `password` may break one for certain, or a text
 * of Samba. MK_SOME_RULE where they do not tell.
 */
enum mk_result ad_code_kpasswd(const char *bytes, size_t size, const struct mk_password *password);

/*
 * `password` as unicodePwd takes it, in quotation marks and UTF-16LE ([MS-ADTS] 3.1.1.3.1.5), into
 * `wide` of AD_CODE_WIDE_MAX bytes, which the caller wipes. The number of bytes, or 0 when the
 * password is not UTF-8.
 */
size_t ad_code_wide(const struct mk_password *password, char *wide);

/* How many characters a length rule counts: UTF-16 units. 0 when it is not UTF-8. */
int64_t ad_code_units(const struct mk_password *password);

/*
 * Whether it holds three of: capital letters, small letters, digits, ASCII signs, other letters.
 * Letters outside ASCII count as capital or small ones on some servers, so that false is certain
 * and true is not ([MS-SAMR] 3.1.1.7.2).
 */
bool ad_code_is_complex(const struct mk_password *password);

#endif
