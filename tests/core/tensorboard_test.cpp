// SPDX-License-Identifier: Apache-2.0
#include "support/event_file.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/core/io/crc32c.h>
#include <fovea/core/io/tensorboard.h>

#include <catch2/catch.hpp>

#include <limits>

using namespace fovea;
using fovea::test::EventFile;
using fovea::test::TempDir;

TEST_CASE("the checksum is that of its standard") {
  CHECK(crc32c("123456789") == 0xE3069283);  // RFC 3720's polynomial, the usual check value
  CHECK(crc32c("") == 0);
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);  // RFC 3720, B.4
  CHECK(masked_crc32c("") == 0xA282EAD8);
}

TEST_CASE("an event file holds checksummed records, the first with its version") {
  const TempDir dir;
  EventWriter writer(dir.file("run/train"), 0, [] { return 1.5; });
  EventSummary summary;
  summary.scalar("loss", 0.25).scalar("lr", 0.5);
  writer.write(7, summary);
  writer.flush();
  const EventFile file(writer.path());
  REQUIRE(file.records().size() == 2);
  CHECK(file.records()[0].find("brain.Event:2") != std::string::npos);
  // wall_time 1.5, step 7, a summary of two values
  const std::string value = std::string("\x0a\x04loss\x15", 7) + std::string("\0\0\x80\x3e", 4);
  const std::string other = std::string("\x0a\x02lr\x15", 5) + std::string("\0\0\0\x3f", 4);
  const std::string values = std::string("\x0a\x0b") + value + "\x0a\x09" + other;
  CHECK(file.records()[1] == std::string("\x09\0\0\0\0\0\0\xf8\x3f\x10\x07\x2a\x18", 13) + values);
}

TEST_CASE("each writer has a file of its own, one that goes on hides later steps") {
  const TempDir dir;
  const auto now = [] { return 12.0; };
  const EventWriter first(dir.path(), 0, now), second(dir.path(), 40, now);
  CHECK(first.path() != second.path());
  CHECK(EventFile(first.path()).records().size() == 1);
  const EventFile file(second.path());
  REQUIRE(file.records().size() == 2);
  CHECK(file.records()[1].ends_with("\x10\x29\x3a\x02\x08\x01"));  // step 41, session log: start
}

TEST_CASE("a folder that cannot be is one error") {
  CHECK_THROWS_AS(EventWriter("/proc/no/such", 0), SystemError);
  CHECK_THROWS_AS(EventWriter("/dev/null", 0), SystemError);
}

TEST_CASE("histograms count every finite value once, in its bucket") {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> values{-2,    -1.75f, 0,     1e-30f,   1,
                                  1.06f, 1.13f,  3e38f, infinity, -infinity};
  const Histogram h = Histogram::of(values);
  CHECK(h.count == 8);
  CHECK(h.not_finite == 2);
  CHECK(h.min == -2);
  CHECK(h.max == double{3e38f});
  REQUIRE(h.limits.size() == h.counts.size());
  double sum = 0;
  for (size_t i = 0; i < h.limits.size(); i++) {
    sum += h.counts[i];
    if (i > 0) CHECK(h.limits[i] > h.limits[i - 1]);
  }
  CHECK(sum == 8);
  CHECK(h.counts.front() == 1);  // -2 alone
  CHECK(h.counts.back() == 1);
  const auto bucket = std::find(h.limits.begin(), h.limits.end(), 1.125);
  REQUIRE(bucket != h.limits.end());
  CHECK(h.counts[static_cast<size_t>(bucket - h.limits.begin())] == 2);  // 1 and 1.06
}

TEST_CASE("a histogram of nothing is empty") {
  CHECK(Histogram::of({}).limits.empty());
  CHECK(Histogram::of({}).mean() == 0);
}
