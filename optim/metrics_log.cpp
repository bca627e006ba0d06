// SPDX-License-Identifier: Apache-2.0
#include "metrics_log.h"

#include <fovea/core/io/atomic_file.h>
#include <fovea/core/io/text_file.h>
#include <fovea/core/json_writer.h>

#include <cstdlib>

namespace fovea::detail {

namespace {

constexpr const char* kHeading =
    "epoch,step,train_loss,train_top1,train_top5,val_loss,val_top1,val_top5\n";

std::string csv_of(const Metrics& m) {
  return JsonWriter().value(m.loss()).str() + "," + JsonWriter().value(m.top1_share()).str() + "," +
         JsonWriter().value(m.top5_share()).str();
}

// Keeps the first lines of a file for which `keep` holds; a torn last line goes too.
template <class Keep>
std::string kept_lines(const std::string& path, Keep keep) {
  const std::string text = read_text_file(path);
  size_t kept = 0;
  for (const std::string_view line : whole_lines(text)) {
    if (!keep(std::string(line))) break;
    kept += line.size() + 1;
  }
  return text.substr(0, kept);
}

// The number after `key` in a line that we wrote; -1 when it is not there.
int64_t number_after(const std::string& line, const std::string& key) {
  const size_t at = line.find(key);
  return at == std::string::npos ? -1 : std::strtoll(line.c_str() + at + key.size(), nullptr, 10);
}

// What an older part of the run has logged is not put at risk.
void begin_file(const std::string& path, const TrainPosition& position, const std::string& text) {
  write_file_atomically(path, text, position.step > 0 ? Sync::disk : Sync::none);
}

}  // namespace

std::string begin_json_lines(const std::string& path, const TrainPosition& position) {
  begin_file(path, position, kept_lines(path, [&](const std::string& line) {
               const int64_t step = number_after(line, "\"step\": ");
               return step >= 1 && step <= position.step;
             }));
  return path;
}

std::string begin_csv(const std::string& path, const std::string& heading,
                      const TrainPosition& position) {
  const std::string kept = kept_lines(path, [&](const std::string& line) {
    return line + "\n" == heading || number_after(line, "") <= position.epochs_closed();
  });
  begin_file(path, position, position.step > 0 && kept.starts_with(heading) ? kept : heading);
  return path;
}

MetricsLog::MetricsLog(const RunFolder& folder, const TrainPosition& position, int64_t every)
    : every_(every),
      metrics_(begin_json_lines(folder.metrics(), position)),
      results_(begin_csv(folder.results(), kHeading, position)) {}

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
