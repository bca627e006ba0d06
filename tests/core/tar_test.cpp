// SPDX-License-Identifier: Apache-2.0
#include "support/error_message.h"
#include "support/mutate.h"
#include "support/sanitized.h"
#include "support/tar_archive.h"

#include <fovea/core/error.h>
#include <fovea/core/io/tar.h>

#include <catch2/catch.hpp>

#include <cstdio>
#include <utility>
#include <vector>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

std::span<const uint8_t> as_bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TarFiles files_in(const std::string& archive) {
  TarFiles files;
  TarReader reader(as_bytes_of(archive), "x.tar");
  while (const auto member = reader.next()) {
    if (member->is_file)
      files.emplace_back(member->name, archive.substr(member->offset, member->size));
  }
  return files;
}

std::string failure_of(const std::string& archive) {
  return error_message<DataError>([&] { files_in(archive); });
}

// A header with a field overwritten and the checksum made right.
std::string patched(std::string header, size_t at, std::string_view bytes) {
  header.replace(at, bytes.size(), bytes);
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (size_t i = 0; i < 512; i++) sum += static_cast<uint8_t>(header[i]);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  header.replace(148, 6, digits, 6);
  header[154] = '\0';
  return header;
}

}  // namespace

TEST_CASE("a tar archive gives back what was put in") {
  const TarFiles files = {
      {"000000.jpg", "abc"},
      {"000000.cls", ""},
      {std::string(100, 'n'), std::string(512, 'x')},
      {std::string(90, 'd') + "/" + std::string(90, 'n'), std::string(513, 'y')},
      {std::string(300, 'l') + "/caf\xc3\xa9", "pax"}};
  const std::string archive = archive_of(files);
  CHECK(archive.size() % 512 == 0);
  CHECK(files_in(archive) == files);
}

TEST_CASE("a tar header says no more than name and size") {
  CHECK(tar_header("a.cls", 3) == tar_header("a.cls", 3));
  CHECK(tar_header("a.cls", 3).size() == 512);
  CHECK(tar_header("big", uint64_t{1} << 34).size() == 3 * 512);  // a pax header with the size
}

TEST_CASE("names and sizes in the ways of GNU and of old programs") {
  const std::string long_name(200, 'g');
  const std::string name_block = long_name + std::string(1024 - long_name.size(), '\0');
  const std::string gnu = patched(tar_header("././@LongLink", 201), 156, "L") +
                          name_block.substr(0, 512) + tar_header("short", 2) + "hi" +
                          tar_padding(2) + tar_end();
  CHECK(files_in(gnu) == TarFiles{{long_name, "hi"}});

  const std::string binary_size =
      patched(tar_header("a", 0), 124, std::string("\x80\0\0\0\0\0\0\0\0\0\0\2", 12));
  CHECK(files_in(binary_size + "hi" + tar_padding(2) + tar_end()) == TarFiles{{"a", "hi"}});

  const std::string v7 = patched(tar_header("old", 2), 257, std::string(8, '\0'));
  CHECK(files_in(v7 + "hi" + tar_padding(2) + tar_end()) == TarFiles{{"old", "hi"}});
}

TEST_CASE("folders, links and devices in a tar archive are no files") {
  std::string archive;
  for (const char type : {'1', '2', '3', '4', '5', '6'})
    archive += patched(tar_header("not", 77), 156, std::string_view(&type, 1));
  archive += patched(tar_header("folder/", 0), 156, std::string(1, '\0'));
  archive += tar_header("file", 1) + "f" + tar_padding(1) + tar_end();
  CHECK(files_in(archive) == TarFiles{{"file", "f"}});
}

TEST_CASE("damaged tar archives are one message with file and byte") {
  const std::string good = archive_of({{"a", std::string(700, 'a')}, {"b", "b"}});
  CHECK_THAT(failure_of(""), Contains("x.tar: byte 0 ") && Contains("empty"));
  CHECK_THAT(failure_of(std::string(600, 'x')), Contains("byte 0 ") && Contains("no tar header"));
  CHECK_THAT(failure_of(good.substr(0, 300)), Contains("byte 0 ") && Contains("300 left"));
  CHECK_THAT(failure_of(good.substr(0, 1000)), Contains("\"a\" has 700 bytes") && Contains("488"));
  CHECK_THAT(failure_of(good.substr(0, 1536)), Contains("byte 1536 ") && Contains("no end mark"));
  std::string flipped = good;
  flipped[1536 + 5] = '!';
  CHECK_THAT(failure_of(flipped), Contains("byte 1536 ") && Contains("checksum"));
  const std::string member = tar_header("a", 1);
  CHECK_THAT(failure_of(patched(member, 124, "0000000000z")), Contains("size is no number"));
  CHECK_THAT(failure_of(patched(member, 124, std::string(12, '\xff'))),
             Contains("size is no number"));
  CHECK_THAT(failure_of(patched(member, 156, "S")), Contains("sparse"));
  CHECK_THAT(failure_of(patched(tar_header("a", 2 << 20), 156, "x")), Contains("at most 1 MiB"));
  for (const std::string record : {"8 path=x\n", "path=x\n", "99999 path=x\n", "3 \n", "0 \n"}) {
    CAPTURE(record);
    const std::string pax = patched(tar_header("p", record.size()), 156, "x") + record +
                            tar_padding(record.size()) + member;
    CHECK_THAT(failure_of(pax), Contains("byte 0 ") && Contains("damaged record"));
  }
}

TEST_CASE("mutated tar archives are read or refused") {
  const std::string seed =
      archive_of({{"000.jpg", "abc"}, {std::string(300, 'l'), "pax"}, {"000.cls", "7"}});
  const int survived = survivors(seed, kMutants, [&](const std::string& mutant) {
    try {
      files_in(mutant);
    } catch (const DataError& error) {
      REQUIRE_THAT(error.what(), Catch::StartsWith("x.tar: byte "));
      throw;
    }
  });
  CHECK(survived > 0);  // damage to contents cannot be seen
}
