/* SPDX-License-Identifier: MIT */
#ifndef TESTS_INPUT_METHOD_H
#define TESTS_INPUT_METHOD_H

/*
 * What becomes of keys when a Vietnamese input method is on: Telex, simple Telex (w and brackets
 * alone stay themselves) and VNI, as in the usual ones (UniKey, ibus-unikey, ibus-bamboo, OpenKey),
 * taken at their worst: tones and hooks find their letter from anywhere behind it, no spelling is
 * checked first, and nothing but a space ends a word.
 */

#include <stdbool.h>
#include <stddef.h>

enum input_method { TELEX, SIMPLE_TELEX, VNI, INPUT_METHODS };

/*
 * Writes what `keys` (printable ASCII) turn into, UTF-8, into `out`. With `aids` as well what some
 * of them offer on top: Quick Telex (cc ch, gg gi, kk kh, nn ng, pp ph, qq qu, tt th, uu ươ), quick
 * consonants at the beginning of a word (f ph, j gi, w qu) and at its end (g ng, h nh, k ch).
 */
void input_method_type(char *out, size_t size, const char *keys, enum input_method method,
                       bool aids);

#endif
