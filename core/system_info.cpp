// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/text_file.h>
#include <fovea/core/system_info.h>
#include <fovea/core/thread_pool.h>

#include <fovea_commit.h>
#include <link.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace fovea {

namespace {

std::string value_after_colon(std::string_view line) {
  const size_t colon = line.find(':');
  const size_t begin =
      colon == std::string::npos ? colon : line.find_first_not_of(" \t", colon + 1);
  return begin == std::string::npos ? "" : std::string(line.substr(begin));
}

// The value of the first line of a "key : value" file that starts with `key`.
std::string value_in(const char* path, const std::string& key) {
  const std::string text = read_text_file(path);
  for (const std::string_view line : whole_lines(text)) {
    if (line.starts_with(key)) return value_after_colon(line);
  }
  return "";
}

int64_t memory(const std::string& key) {
  const std::string kilobytes = value_in("/proc/meminfo", key + ":");
  return kilobytes.empty() ? 0 : 1024 * std::strtoll(kilobytes.c_str(), nullptr, 10);
}

// "always [madvise] never" -> "madvise"
std::string huge_page_mode() {
  const std::string line = read_text_file("/sys/kernel/mm/transparent_hugepage/enabled");
  const size_t open = line.find('['), close = line.find(']');
  return open == std::string::npos || close == std::string::npos
             ? ""
             : line.substr(open + 1, close - open - 1);
}

std::string system_name() {
  utsname name{};
  if (uname(&name) != 0) return "";
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

}  // namespace

std::string version() { return FOVEA_VERSION; }
std::string commit() { return FOVEA_COMMIT; }

SystemInfo system_info() {
  SystemInfo info;
  info.system = system_name();
  info.cpu = value_in("/proc/cpuinfo", "model name");
  info.online = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  info.usable = available_processors();
  info.memory_bytes = memory("MemTotal");
  info.available_bytes = memory("MemAvailable");
  info.huge_pages = huge_page_mode();
  return info;
}

std::vector<std::string> command_line() {
  const std::string text = read_text_file("/proc/self/cmdline");
  const std::vector<std::string_view> words = whole_lines(text, '\0');
  return {words.begin(), words.end()};
}

std::vector<std::string> loaded_libraries() {
  std::vector<std::string> paths;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* paths_in) {
        auto* out = static_cast<std::vector<std::string>*>(paths_in);
        if (info->dlpi_name && *info->dlpi_name == '/') out->emplace_back(info->dlpi_name);
        return 0;
      },
      &paths);
  return paths;
}

}  // namespace fovea
