// SPDX-License-Identifier: Apache-2.0
// This build's version, and what the machine offers: for reports and for telling runs apart.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

std::string version();  // "0.1.0"
// Of the sources that were built: "30c41b9e5f0a", "30c41b9e5f0a-dirty" when files differed from it;
// empty when they were in no clone.
std::string commit();

struct SystemInfo {
  std::string system;  // kernel and architecture: "Linux 6.1.0 x86_64"
  std::string cpu;     // "Intel(R) Xeon(R) ..."; empty when the system does not say
  int online = 0;      // processors of the machine
  int usable = 0;      // by this process: see available_processors()
  int64_t memory_bytes = 0, available_bytes = 0;  // 0 when unknown
  std::string huge_pages;  // mode of transparent huge pages: "always", "madvise", "never"; or empty
};

// Asks the system anew each time. What it does not tell stays empty.
SystemInfo system_info();

// The words of this process's command line; empty when the system does not say.
std::vector<std::string> command_line();

// Paths of the shared libraries in this process, in load order.
std::vector<std::string> loaded_libraries();

}  // namespace fovea
