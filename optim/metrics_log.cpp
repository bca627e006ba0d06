// SPDX-License-Identifier: Apache-2.0
#include "metrics_log.h"

#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>

#include <cstdlib>
#include <fstream>

namespace fovea::detail {

namespace {

constexpr const char* kHeading =
    "epoch,step,train_loss,train_top1,train_top5,val_loss,val_top1,val_top5\n";

std::string csv_of(const Metrics& m) {
  return JsonWriter().value(m.loss()).str() + "," + JsonWriter().value(m.top1_share()).str() + "," +
         JsonWriter().value(m.top5_share()).str();
}

// `path`, with the lines that belong to a run at `position`.
std::string begin_metrics(const std::string& path, const TrainPosition& position) {
  if (position.step == 0) {
    write_file_atomically(path, "");
  } else {
    keep_lines(path, [&](const std::string& line) {
      return number_after(line, "\"step\": ") <= position.step;
    });
  }
  return path;
}

std::string begin_results(const std::string& path, const TrainPosition& position) {
  if (position.step == 0) {
    write_file_atomically(path, kHeading);
  } else {
    keep_lines(path, [&](const std::string& line) {
      return line + "\n" == kHeading || number_after(line, "") <= position.epoch;
    });
  }
  return path;
}

}  // namespace

void keep_lines(const std::string& path, const std::function<bool(const std::string&)>& keep) {
  std::ifstream in(path);
  std::string kept;
  for (std::string line; std::getline(in, line) && !in.eof() && keep(line);) kept += line + "\n";
  write_file_atomically(path, kept);
}

int64_t number_after(const std::string& line, const std::string& key) {
  const size_t at = line.find(key);
  return at == std::string::npos ? -1 : std::strtoll(line.c_str() + at + key.size(), nullptr, 10);
}

MetricsLog::MetricsLog(const RunFolder& folder, const TrainPosition& position, int64_t every)
    : every_(every),
      metrics_(begin_metrics(folder.metrics(), position)),
      results_(begin_results(folder.results(), position)) {}

void MetricsLog::on_step(const StepReport& report) {
  if (report.step != report.steps && report.step % every_ != 0) return;
  JsonWriter json;
  json.begin_object().key("step").value(report.step).key("epoch").value(report.epoch + 1);
  json.key("loss").value(report.loss);
  json.key("top1").value(report.epoch_so_far.top1_share());
  json.key("top5").value(report.epoch_so_far.top5_share());
  json.key("lr").value(report.lr).end_object();
  metrics_.append(json.str() + "\n");
}

void MetricsLog::on_epoch(const EpochReport& report) {
  results_.append(std::to_string(report.epoch + 1) + "," + std::to_string(report.step) + "," +
                  csv_of(report.train) + "," + (report.val ? csv_of(*report.val) : ",,") + "\n");
}

}  // namespace fovea::detail
