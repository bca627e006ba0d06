// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/utf8.h>

#include <catch2/catch.hpp>

#include <string>

using fovea::is_utf8;

TEST_CASE("well-formed UTF-8 is text") {
  for (const char* text : {"", "plain", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                           "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xa9z"}) {
    CHECK(is_utf8(text));
  }
  CHECK(is_utf8(std::string("a\0b", 3)));
}

TEST_CASE("overlong or cut or lone or too high sequences are not text") {
  for (const char* text : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2z", "\xe0\x9f\xbf",
                           "\xe0\xa0", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "good then \xfe"}) {
    INFO(text);
    CHECK_FALSE(is_utf8(text));
  }
}
