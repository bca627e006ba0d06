// Every planted bug and its correct twin, in the mode that this program was built for and in all
// orders. Each runs in a process of its own, since some of them end it.
#include "bug.h"
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

// The numbers of the lines that carry the mark "SIDE: ... NAME ...", names separated by commas.
std::set<int> marked_lines(const Bug& bug, const std::string& side) {
  std::set<int> lines;
  std::ifstream file(bug.file);
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const size_t mark = line.find(side + ": ");
    if (mark == std::string::npos || line.find("//") > mark) continue;
    const std::string names =
        line.substr(mark + side.size() + 2, line.find(';', mark) - mark - side.size() - 2);
    std::istringstream words(names);
    for (std::string word; std::getline(words, word, ',');) {
      if (word.substr(word.find_first_not_of(' ')) == bug.name) lines.insert(number);
    }
  }
  return lines;
}

bool begins_with(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

// The report must say what, where and, inside of kernels, which kernel, block and thread.
void check_report(const Bug& bug, const Json& report) {
  CHECK(report["kind"] == bug.kind);
  const Json& place = report["place"];
  const std::set<int> lines = marked_lines(bug, "bug"), others = marked_lines(bug, "other");
  if (bug.kernel) {
    CHECK(begins_with(place.value("kernel", ""), bug.kernel));
    CHECK(place.contains("thread"));
    CHECK(place.contains("block"));
  }
  // Which thread is second, and so the one to be told of, depends on the order.
  std::set<int> either = lines;
  either.insert(others.begin(), others.end());
  if (!lines.empty()) {
    CHECK(place.value("file", "")
              .find(std::string(bug.file).substr(std::string(bug.file).rfind('/') + 1)) !=
          std::string::npos);
    CHECK(either.count(place.value("line", 0)) == 1);
  }
  if (!others.empty()) {
    REQUIRE(report.contains("others"));
    CHECK(either.count(report["others"][0].value("line", 0)) == 1);
  }
}

std::vector<Bug> all_bugs() {
  std::vector<Bug> all;
  for (const auto& group :
       {planted::barrier_bugs(), planted::warp_bugs(), planted::bounds_bugs(),
        planted::initialisation_bugs(), planted::race_bugs(), planted::async_copy_bugs(),
        planted::address_bugs(), planted::stream_bugs(), planted::host_bugs()}) {
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
