// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/core/io/file_lock.h>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using fovea::FileLock;
using fovea::test::TempDir;

TEST_CASE("a lock has one holder, who is named, and ends with its handle") {
  const TempDir folder;
  const std::string path = folder.file("lock");
  CHECK(FileLock::owner_of(path).empty());
  {
    const auto first = FileLock::try_take(path, "1234");
    REQUIRE(first);
    CHECK_FALSE(FileLock::try_take(path, "5"));
    CHECK(FileLock::owner_of(path) == "1234");
  }
  CHECK(FileLock::try_take(path, "5"));
  CHECK_THROWS_AS(FileLock::try_take("/proc/none/lock", ""), fovea::SystemError);
}

TEST_CASE("a lock ends with a process that kill -9 ends") {
  const TempDir folder;
  const std::string path = folder.file("lock");
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto lock = FileLock::try_take(path, "child");
    if (!lock || write(ready[1], "x", 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  CHECK_FALSE(FileLock::try_take(path, "parent"));
  REQUIRE(kill(child, SIGKILL) == 0);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  CHECK(FileLock::try_take(path, "parent"));
  close(ready[0]);
  close(ready[1]);
}
