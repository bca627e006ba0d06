// SPDX-License-Identifier: Apache-2.0
#include "support/event_file.h"
#include "support/file_bytes.h"
#include "support/file_size_limit.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/core/io/append_file.h>
#include <fovea/core/io/tensorboard.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::AppendFile;
using fovea::test::FileSizeLimit;
using fovea::test::TempDir;

TEST_CASE("a file is made or continued, and has each piece at once") {
  const TempDir dir;
  const std::string path = dir.file("log");
  for (const char* line : {"one\n", "two\n"}) {
    AppendFile file(path);
    file.append(line);
    CHECK_THAT(fovea::test::file_bytes(path), Catch::EndsWith(line));
  }
  CHECK(fovea::test::file_bytes(path) == "one\ntwo\n");
}

TEST_CASE("what a full disk cuts off is taken back, and the file goes on") {
  const TempDir dir;
  AppendFile file(dir.file("log"));
  file.append("first\n");
  {
    const FileSizeLimit limit(10);
    CHECK_THROWS_WITH(file.append("second line\n"),
                      Contains("cannot write " + file.path() + ": File too large"));
    CHECK(fovea::test::file_bytes(file.path()) == "first\n");
    file.append("2\n");
  }
  file.append("third\n");
  CHECK(fovea::test::file_bytes(file.path()) == "first\n2\nthird\n");
}

TEST_CASE("files that cannot be made or written are named") {
  CHECK_THROWS_WITH(AppendFile("/proc/none/log"), Contains("cannot write /proc/none/log: "));
  AppendFile full("/dev/full");
  CHECK_THROWS_AS(full.append("x"), fovea::SystemError);
}

TEST_CASE("an event file stays whole on a disk that fills up") {
  const TempDir dir;
  fovea::EventWriter writer(dir.path(), 0, [] { return 1.0; });
  writer.write(1, fovea::EventSummary().scalar("loss", 1));
  writer.flush();
  {
    const FileSizeLimit limit(fovea::test::file_bytes(writer.path()).size() + 20);
    writer.write(2, fovea::EventSummary().scalar("loss", 2));
    CHECK_THROWS_AS(writer.flush(), fovea::SystemError);
  }
  writer.write(3, fovea::EventSummary().scalar("loss", 3));
  writer.flush();
  CHECK(fovea::test::EventFile(writer.path()).count("loss") == 2);
}
