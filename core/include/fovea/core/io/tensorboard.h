// SPDX-License-Identifier: Apache-2.0
// TensorBoard event files: scalars, histograms, pictures and texts by step.
#pragma once

#include <fovea/core/histogram.h>
#include <fovea/core/io/append_file.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

// Values of one step, each under a tag such as "loss" or "weight/conv1.weight".
class EventSummary {
 public:
  EventSummary& scalar(std::string_view tag, double value);
  EventSummary& histogram(std::string_view tag, const Histogram& histogram);
  // `png` is a file of these extents; channels is 1, 3 or 4.
  EventSummary& picture(std::string_view tag, std::string_view png, int64_t height, int64_t width,
                        int64_t channels);
  EventSummary& text(std::string_view tag, std::string_view markdown);

  bool empty() const { return bytes_.empty(); }
  const std::string& bytes() const { return bytes_; }  // a Summary message

 private:
  std::string bytes_;
};

// One file of a folder; TensorBoard reads all of them as one run. Records are checksummed, so a
// writer that is killed leaves at most a torn last one, which readers skip; what a full disk cuts
// off is taken back.
class EventWriter {
 public:
  using WallTime = std::function<double()>;  // seconds since 1970

  // Makes the folder, and in it a file of its own: "events.out.tfevents.TIME.HOST.PID.N". A run
  // that goes on from `step` hides what older files say of later steps. Throws SystemError.
  EventWriter(const std::string& folder, int64_t step, WallTime wall_time = {});
  ~EventWriter();  // flushes, if it can
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  // Keeps the record for a few seconds at most, so that many small ones are one write; flush()
  // gives all to the system. Throw SystemError, naming the file, when it cannot be written; the
  // records kept until then are lost, later ones are not.
  void write(int64_t step, const EventSummary& summary);
  void flush();

  const std::string& path() const { return file_.path(); }

 private:
  void add_record(std::string_view event);

  WallTime wall_time_;
  AppendFile file_;
  std::string kept_;
  double last_flush_;
};

}  // namespace fovea
