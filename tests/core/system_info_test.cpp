// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/system_info.h>
#include <fovea/core/thread_pool.h>

#include <catch2/catch.hpp>

TEST_CASE("the system tells what it has") {
  const fovea::SystemInfo info = fovea::system_info();
  CHECK(info.system.starts_with("Linux"));
  CHECK(info.usable == fovea::available_processors());
  CHECK(info.online >= info.usable);
  CHECK(info.memory_bytes > info.available_bytes);
  CHECK(info.available_bytes > 0);
  CHECK(info.cpu.find('\n') == std::string::npos);
}

TEST_CASE("the version has three numbers") {
  int a = -1, b = -1, c = -1;
  CHECK(std::sscanf(fovea::version().c_str(), "%d.%d.%d", &a, &b, &c) == 3);
}

TEST_CASE("the C library is among the loaded ones") {
  bool found = false;
  for (const std::string& path : fovea::loaded_libraries())
    found = found || path.find("libc.so") != std::string::npos;
  CHECK(found);
}
