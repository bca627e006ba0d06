// SPDX-License-Identifier: Apache-2.0
// Samples in tar archives as the webdataset package names them, and patterns of archives' names.
#include "tar_samples.h"

#include "brace_pattern.h"
#include "support/error_message.h"
#include "support/memory_file.h"
#include "support/tar_archive.h"

#include <fovea/core/error.h>
#include <fovea/core/io/tar.h>

#include <catch2/catch.hpp>

using namespace fovea;
using namespace fovea::detail;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

// "label:content" of each sample.
std::vector<std::string> samples_in(const TarFiles& members) {
  MemoryFile file;
  const MappedFile archive(file.write(archive_of(members)));
  std::vector<TarSample> samples;
  add_tar_samples(archive, 4, samples);
  std::vector<std::string> result;
  for (const TarSample& s : samples) {
    CHECK(s.archive == 4);
    const auto bytes = archive.bytes().subspan(s.offset, s.size);
    result.push_back(std::to_string(s.label) + ":" + std::string(bytes.begin(), bytes.end()));
  }
  return result;
}

std::string tar_refusal(const TarFiles& members) {
  return error_message<DataError>([&] { samples_in(members); });
}

std::string names_of(const std::string& pattern) {
  std::string text;
  for (const std::string& name : expand_braces(pattern)) text += (text.empty() ? "" : " ") + name;
  return text;
}

}  // namespace

TEST_CASE("samples of a tar archive are members with one key", "[data]") {
  CHECK(samples_in({{"000.jpg", "a"},
                    {"000.cls", "7"},
                    {"b/001.cls", " 12\n"},
                    {"b/001.json", "{}"},
                    {"b/001.PNG", "b"},
                    {"__index__.txt", "meta"},
                    {"notes", "no ending"},
                    {".hidden.jpg", "hidden"},
                    {"c.d/e.ppm", "c"},
                    {"c.d/e.txt", "of no use"},
                    {"c.d/e.cls", "0"}}) == std::vector<std::string>{"7:a", "12:b", "0:c"});
  CHECK(samples_in({}).empty());
}

TEST_CASE("samples of a tar archive that lack something are refused by key and byte", "[data]") {
  CHECK_THAT(tar_refusal({{"a.jpg", "x"}}),
             Contains("sample \"a\"") && Contains("no label (a.cls)"));
  CHECK_THAT(tar_refusal({{"a.cls", "1"}, {"b.jpg", "x"}}),
             Contains("\"a\"") && Contains("no picture"));
  CHECK_THAT(tar_refusal({{"a.jpg", "x"}, {"a.png", "x"}}), Contains("second picture, a.png"));
  CHECK_THAT(tar_refusal({{"a.cls", "1"}, {"a.cls", "1"}}), Contains("second label"));
  CHECK_THAT(tar_refusal({{"a.jpg", "x"}, {"b.jpg", "x"}, {"a.cls", "1"}}),
             Contains("\"a\" has a picture"));
  for (const char* label : {"", "x", "-1", "1.5", "65536", "99999999999", "1 2"}) {
    CAPTURE(label);
    CHECK_THAT(tar_refusal({{"a.jpg", "x"}, {"a.cls", label}}),
               Contains("sample \"a\"") && Contains("no number from 0 to 65535") &&
                   Contains("(byte 1536)"));
  }
}

TEST_CASE("patterns of archives' names", "[data]") {
  CHECK(names_of("train.tar") == "train.tar");
  CHECK(names_of("t-{08..11}.tar") == "t-08.tar t-09.tar t-10.tar t-11.tar");
  CHECK(names_of("t-{8..10}.tar") == "t-8.tar t-9.tar t-10.tar");
  CHECK(names_of("{a,b}-{0..1}") == "a-0 a-1 b-0 b-1");
  CHECK(expand_braces("train-{0000..0146}.tar").size() == 147);
  for (const char* bad : {"t-{0..1", "t-0..1}", "{{0..1}}", "{5..3}", "{a..b}", "{0..100000}",
                          "{0..999}{0..999}", "{..}"}) {
    CAPTURE(bad);
    CHECK_THAT(error_message<ConfigError>([&] { expand_braces(bad); }),
               Contains(bad) && Contains("train-{0000..0146}.tar"));
  }
}
