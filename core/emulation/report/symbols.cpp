// SPDX-License-Identifier: Apache-2.0
#include "report/symbols.h"

#include "report/module.h"

#include <cxxabi.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>

namespace cuda_emulation {
namespace {

struct CloseProcess {
  void operator()(FILE* file) const { pclose(file); }
};

std::string run(const std::string& command) {
  std::string output;
  const std::unique_ptr<FILE, CloseProcess> process(popen(command.c_str(), "re"));
  char buffer[1024];
  while (process && std::fgets(buffer, sizeof buffer, process.get())) output += buffer;
  return output;
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

// "/proc/self/exe" names another program in a child process.
std::string real_file(const std::string& file) {
  if (file != "/proc/self/exe") return file;
  char path[4096];
  const ssize_t length = readlink(file.c_str(), path, sizeof path);
  return length > 0 ? std::string(path, size_t(length)) : file;
}

// The emulation's own inline functions stand for the line that calls them.
bool is_own_header(const std::string& file) {
  for (const char* folder : {"/emulation/include/", "/cuda_emulation/", "/cuda_portable/"}) {
    if (file.find(folder) != std::string::npos) return true;
  }
  return false;
}

// addr2line -f -i prints the function and then file:line, perhaps followed by a discriminator, for
// the innermost inlined function and those around it.
SourceLine parse(const std::string& output) {
  std::istringstream lines(output);
  SourceLine result;
  for (std::string function, place; std::getline(lines, function) && std::getline(lines, place);) {
    const size_t colon = place.rfind(':');
    if (colon == std::string::npos || place.compare(0, 2, "??") == 0) break;
    const std::filesystem::path file(place.substr(0, colon));
    result = {short_name(function), file.lexically_normal().string(),
              std::atoi(place.c_str() + colon + 1)};
    if (!is_own_header(result.file)) break;
  }
  return result;
}

}  // namespace

std::string demangle(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return text ? text.get() : name;
}

std::string short_name(const std::string& demangled) {
  int depth = 0;
  size_t begin = 0, end = demangled.size();
  for (size_t i = 0; i < demangled.size(); ++i) {
    const char c = demangled[i];
    if (c == '<') ++depth;
    if (c == '>') --depth;
    if (depth) continue;
    if (c == ' ') begin = i + 1;
    if (c != '(') continue;
    const std::string anonymous = "(anonymous namespace)";
    if (demangled.compare(i, anonymous.size(), anonymous) == 0) {
      i += anonymous.size() - 1;
      continue;
    }
    end = i;
    break;
  }
  return demangled.substr(begin, end - begin);
}

std::string function_name(const void* address) {
  const Module* module = Module::containing(address);
  const Symbol* symbol = module ? module->function_at(address) : nullptr;
  return symbol ? short_name(demangle(symbol->name)) : "?";
}

SourceLine source_line(const void* return_address) {
  static std::mutex& mutex = *new std::mutex;
  static auto& known = *new std::map<const void*, SourceLine>;
  if (!return_address) return {};
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known.find(return_address);
  if (found != known.end()) return found->second;
  const Module* module = Module::containing(return_address);
  if (!module) return {};
  char offset[32];
  std::snprintf(offset, sizeof offset, "0x%zx",
                size_t(reinterpret_cast<uintptr_t>(return_address) - 1 - module->load_address()));
  const SourceLine line = parse(run("addr2line -C -f -i -e " + quoted(real_file(module->file())) +
                                    " " + offset + " 2>/dev/null"));
  known.emplace(return_address, line);
  return line;
}

void locate(Place& place, const void* return_address) {
  const SourceLine line = source_line(return_address);
  place.function = line.function;
  place.file = line.file;
  place.line = line.line;
}

Place place_of_call(const void* return_address) {
  Place place;
  locate(place, return_address);
  return place;
}

}  // namespace cuda_emulation
