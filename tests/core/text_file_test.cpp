// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.h"

#include <fovea/core/io/text_file.h>

#include <catch2/catch.hpp>

using namespace fovea;

namespace {

using Lines = std::vector<std::string_view>;

}  // namespace

TEST_CASE("a text file is read whole, whatever its length") {
  const test::TempDir dir;
  for (const size_t length : {0, 1, 65535, 65536, 65537, 200000}) {
    std::string text(length, 'x');
    for (size_t i = 0; i < length; i++) text[i] = static_cast<char>('a' + i % 23);
    CHECK(read_text_file(dir.write("text", text)) == text);
  }
}

TEST_CASE("a file that cannot be read has no text") {
  const test::TempDir dir;
  CHECK(read_text_file(dir.file("absent")).empty());
  CHECK(read_text_file(dir.path()).empty());
}

TEST_CASE("files of the system are read though they say that they are empty") {
  CHECK(read_text_file("/proc/self/status").starts_with("Name:"));
}

TEST_CASE("lines are those that are ended") {
  CHECK(whole_lines("").empty());
  CHECK(whole_lines("torn").empty());
  CHECK(whole_lines("one\n\ntwo\ntorn") == Lines{"one", "", "two"});
  CHECK(whole_lines(std::string_view("a\0b c\0", 6), '\0') == Lines{"a", "b c"});
}
