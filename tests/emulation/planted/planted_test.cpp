// SPDX-License-Identifier: Apache-2.0
// Every planted bug and its correct twin, in the mode that this program was built for and in all
// orders. Each runs in a process of its own, since some of them end it.
#include "bug.h"
#include "expected_threads.h"
#include "in_child.h"

#include <catch2/catch.hpp>
#include <cuda_emulation/configuration.h>
#include <cuda_emulation/report.h>
#include <cuda_runtime.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace cuda_emulation;
using planted::Bug;
using planted::Notices;
using Json = nlohmann::json;

namespace {

struct Setting {
  const char* name;
  Order order;
  Streams streams;
};
constexpr Setting settings[] = {
    {"forward", Order::forward, Streams::eager},
    {"reverse", Order::reverse, Streams::eager},
    {"random", Order::random, Streams::eager},
    {"lazy", Order::forward, Streams::lazy},
};

struct Outcome {
  std::vector<Json> reports;
  bool ended = false;  // the process came to its end
  bool right = false;  // with the right result and without an error

  bool noticed() const { return !reports.empty() || !right; }
};

Outcome run(const Bug& bug, bool fixed, const Setting& setting) {
  const std::string output = planted::in_child([&](std::FILE* out) {
    Configuration configuration = cuda_emulation::configuration();
    configuration.order = setting.order;
    configuration.streams = setting.streams;
    configure(configuration);
    set_report_handler([out](const Report& report) {
      std::fprintf(out, "%s\n", report.json().c_str());
      std::fflush(out);
    });
    const bool right = bug.run(fixed) && cudaDeviceSynchronize() == cudaSuccess &&
                       cudaGetLastError() == cudaSuccess;
    if (checked()) report_leaks();  // which it does at its end; a child has no such end
    std::fprintf(out, "%s\n", right ? "right" : "wrong");
  });
  Outcome outcome;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] != '{') {
      outcome.ended = true;
      outcome.right = line == "right";
    } else {
      outcome.reports.push_back(Json::parse(line));
    }
  }
  return outcome;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(PLANTED_FOLDER + path.substr(path.rfind('/')));
  if (!file) throw std::runtime_error("cannot read the source " + path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string code_of(const std::string& line) {
  const std::string code = line.substr(0, line.find("//"));
  return code.substr(0, code.find_last_not_of(' ') + 1);
}

bool names(const std::string& list, const std::string& name) {
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) {
    if (word.substr(std::min(word.find_first_not_of(' '), word.size())) == name) return true;
  }
  return false;
}

// The lines of the statement that carries the mark "SIDE: ... NAME ..." in a comment at its end or
// on the line below.
std::set<int> marked_lines(const Bug& bug, const std::string& side) {
  std::set<int> marked;
  const std::vector<std::string> lines = lines_of(bug.file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string mark = "// " + side + ": ";
    const std::size_t at = lines[i].find(mark);
    if (at == std::string::npos || !names(lines[i].substr(at + mark.size()), bug.name)) continue;
    std::size_t last = i;
    while (last > 0 && code_of(lines[last]).empty()) --last;
    marked.insert(int(last) + 1);
    while (last > 0 && !code_of(lines[last - 1]).empty() &&
           std::string(";{}").find(code_of(lines[last - 1]).back()) == std::string::npos) {
      marked.insert(int(last--));
    }
  }
  return marked;
}

// Of the demangled name of a function in a namespace.
bool is_kernel(const Json& place, const std::string& name) {
  return place.value("kernel", "").find("::" + name) != std::string::npos;
}

bool is_line(const Json& place, const Bug& bug, const std::set<int>& lines) {
  const std::string file = place.value("file", ""),
                    name = std::string(bug.file).substr(std::string(bug.file).rfind('/') + 1);
  return file.size() >= name.size() &&
         file.compare(file.size() - name.size(), name.size(), name) == 0 &&
         lines.count(place.value("line", 0)) == 1;
}

int thread_of(const Json& place) { return place.contains("thread") ? int(place["thread"][0]) : -1; }

// The report must say what, where, and inside of kernels which kernel, block and thread. Which side
// comes second, and so is told of first, depends on the order.
void check_report(const Bug& bug, const Json& report) {
  INFO(report.dump());
  CHECK(report["kind"] == bug.kind);
  std::set<int> lines = marked_lines(bug, "bug");
  const std::set<int> others = marked_lines(bug, "other");
  lines.insert(others.begin(), others.end());
  const Json& place = report["place"];
  const Json other = report.contains("others") ? report["others"][0] : Json::object();
  if (!lines.empty()) CHECK(is_line(place, bug, lines));
  const bool two_sided = report.contains("others") || bug.kind == std::string("race") ||
                         bug.kind == std::string("stream_race");
  if (!others.empty() && two_sided) CHECK(is_line(other, bug, lines));
  if (bug.kernel) {
    const Json& kernel = is_kernel(place, bug.kernel) ? place : other;
    CHECK(is_kernel(kernel, bug.kernel));
    CHECK(kernel.contains("thread"));
    CHECK(kernel.contains("block"));
  }
  for (const planted::Threads& threads : planted::threads_of) {
    if (std::string(bug.name) == threads.bug)
      CHECK(threads.right(thread_of(place), thread_of(other)));
  }
}

std::vector<Bug> all_bugs() {
  std::vector<Bug> all;
  for (const auto& group : {planted::barrier_bugs(), planted::warp_bugs(), planted::bounds_bugs(),
                            planted::initialisation_bugs(), planted::race_bugs(),
                            planted::async_copy_bugs(), planted::address_bugs(),
                            planted::stream_bugs(), planted::host_bugs(), planted::leak_bugs()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace

TEST_CASE("planted bugs are noticed") {
  for (const Bug& bug : all_bugs()) {
    DYNAMIC_SECTION(bug.name) {
      const Notices expected = checked()             ? Notices::a_report
                               : address_sanitized() ? bug.address
                                                     : bug.plain;
      int noticed = 0;
      for (const Setting& setting : settings) {
        INFO("order or streams: " << setting.name);
        const Outcome outcome = run(bug, false, setting);
        noticed += outcome.noticed();
        if (expected == Notices::a_report) REQUIRE_FALSE(outcome.reports.empty());
        if (checked()) check_report(bug, outcome.reports.front());
      }
      if (expected != Notices::nothing) CHECK(noticed > 0);
    }
  }
}

TEST_CASE("the correct twins of planted bugs are silent and right") {
  for (const Bug& bug : all_bugs()) {
    DYNAMIC_SECTION(bug.name) {
      for (const Setting& setting : settings) {
        INFO("order or streams: " << setting.name);
        const Outcome outcome = run(bug, true, setting);
        CHECK(outcome.right);
        CHECK(outcome.reports.empty());
        if (!outcome.reports.empty()) UNSCOPED_INFO(outcome.reports.front().dump());
      }
    }
  }
}
