// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/class_names.h>

#include <catch2/catch.hpp>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

std::vector<std::string> names_in(const std::string& text) {
  const TempDir dir;
  return read_class_names(dir.write("names.txt", text));
}

std::string mistake(const std::string& text) {
  return error_message<DataError>([&] { names_in(text); });
}

}  // namespace

TEST_CASE("class names: one per line", "[data]") {
  const std::vector<std::string> names = {"T-shirt/top", "Hemd und Stra\xc3\x9f", "cat"};
  CHECK(names_in("T-shirt/top\nHemd und Stra\xc3\x9f\ncat\n") == names);
  CHECK(names_in("T-shirt/top\r\nHemd und Stra\xc3\x9f\r\ncat\r\n\r\n") == names);
  CHECK(names_in("\xef\xbb\xbfT-shirt/top\nHemd und Stra\xc3\x9f\ncat") == names);
  CHECK(numbered_classes(3) == std::vector<std::string>{"0", "1", "2"});
}

TEST_CASE("class names: files that do not hold them", "[data]") {
  CHECK_THAT(mistake(""), Contains("holds no class names"));
  CHECK_THAT(mistake("\n\n"), Contains("holds no class names"));
  CHECK_THAT(mistake("cat\n\ndog\n"), Contains("names.txt:2: an empty class name"));
  CHECK_THAT(mistake("cat\ndog\ncat\n"), Contains("names.txt:3: class \"cat\" is also on line 1"));
  const std::string not_text = GENERATE(
      std::string("\0", 1), std::string("\xff"), std::string("\xc3"), std::string("\xc0\xaf"),
      std::string("\xed\xa0\x80"), std::string("\xf5\x80\x80\x80"));
  CHECK_THAT(mistake("cat\nd" + not_text + "\n"), Contains("names.txt:2: is not text in UTF-8"));
  CHECK_THAT(error_message<DataError>([] { read_class_names("/nowhere/names.txt"); }),
             Contains("/nowhere/names.txt: there is no such file"));
}
