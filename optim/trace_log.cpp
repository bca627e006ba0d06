// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/json_writer.h>
#include <fovea/optim/trace_log.h>

#include <set>
#include <utility>

namespace fovea {
namespace {

constexpr const char* name_of(TraceLog::Lane lane) {
  return lane == TraceLog::Lane::compute ? "compute" : "communication";
}

// How the viewer names a rank ("process_name"), or one of its lanes ("thread_name").
std::string title(const char* what, int rank, int lane, const std::string& name) {
  JsonWriter json;
  json.begin_object().key("ph").value("M").key("name").value(what);
  json.key("pid").value(int64_t{rank}).key("tid").value(int64_t{lane});
  json.key("args").begin_object().key("name").value(name).end_object();
  return json.end_object().str();
}

}  // namespace

void TraceLog::add(int rank, Lane lane, std::string name, Stopwatch::Clock::time_point begin) {
  using Seconds = std::chrono::duration<double>;
  const double at = Seconds(begin - zero_.start()).count();
  const double seconds = Seconds(Stopwatch::Clock::now() - begin).count();
  const std::lock_guard lock(mutex_);
  if (spans_.size() < kMost) spans_.push_back({rank, lane, std::move(name), at, seconds});
}

std::string TraceLog::events() const {
  const std::lock_guard lock(mutex_);
  std::string lines;
  const auto line = [&](const std::string& event) {
    lines += (lines.empty() ? "" : ",\n") + event;
  };
  std::set<int> ranks;
  for (const Span& span : spans_) ranks.insert(span.rank);
  for (const int rank : ranks) {
    line(title("process_name", rank, 0, "rank " + std::to_string(rank)));
    for (const Lane lane : {Lane::compute, Lane::communication})
      line(title("thread_name", rank, static_cast<int>(lane), name_of(lane)));
  }
  constexpr double kMicro = 1e6;
  for (const Span& span : spans_) {
    JsonWriter json;
    json.begin_object().key("ph").value("X").key("name").value(span.name);
    json.key("cat").value(name_of(span.lane));
    json.key("pid").value(int64_t{span.rank}).key("tid").value(static_cast<int64_t>(span.lane));
    json.key("ts").value(span.begin * kMicro).key("dur").value(span.seconds * kMicro);
    line(json.end_object().str());
  }
  return lines;
}

std::string TraceLog::file_of(const std::vector<std::string>& events) {
  std::string text = "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n";
  bool first = true;
  for (const std::string& some : events) {
    if (some.empty()) continue;
    text += (first ? "" : ",\n") + some;
    first = false;
  }
  return text + "\n]}\n";
}

}  // namespace fovea
