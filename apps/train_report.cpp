// SPDX-License-Identifier: Apache-2.0
#include "train_report.h"

#include "console.h"
#include "metrics_text.h"

#include <fovea/core/runtime/device_runtime.h>
#include <fovea/kernels/simd.h>
#include <fovea/optim/checkpoint.h>

#include <algorithm>

namespace fovea::app {

namespace {

// "  taken: 3, a, b, c\n"; nothing when there are none.
std::string list(const char* title, const std::vector<std::string>& names) {
  constexpr size_t kMost = 20;
  if (names.empty()) return "";
  std::string text = "  " + std::string(title) + ": " + std::to_string(names.size());
  for (size_t i = 0; i < std::min(names.size(), kMost); i++) text += ", " + names[i];
  return text + (names.size() > kMost ? ", ...\n" : "\n");
}

// The instruction set, or the GPU.
std::string where_text(const Context& ctx) {
  const Device device = ctx.device();
  if (device.is_cpu()) return simd_target();
  return device.to_string() + " (" + runtime_of(device).properties(device.index).name + ")";
}

// " on each of 4 ranks".
std::string ranks_text(int ranks) {
  return ranks == 1 ? "" : " on each of " + std::to_string(ranks) + " ranks";
}

std::string describe_data(const BatchSource& train, const BatchSource* val) {
  return grouped(train.samples()) + " samples to train on, " +
         (val ? grouped(val->samples()) + " to validate, " : "none to validate, ") +
         std::to_string(train.classes().size()) + " classes, " + train.image().to_string() +
         " (height, width, channels)";
}

// "  classes: 0 cat, 1 dog, ...": labels are where names are easily mistaken.
std::string describe_classes(const std::vector<std::string>& classes) {
  constexpr size_t kMost = 12;
  std::string text = "\n      classes:";
  for (size_t i = 0; i < std::min(kMost, classes.size()); i++)
    text += (i > 0 ? ", " : " ") + std::to_string(i) + " " + classes[i];
  return text + (classes.size() > kMost ? ", ..." : "");
}

std::string describe_notes(const std::vector<std::string>& notes) {
  std::string text;
  for (const std::string& note : notes) text += "\n      " + note;
  return text;
}

// A mistake, unless a net is to learn them by heart.
std::string warn_of_same_pictures(const BatchSource& train, const BatchSource* val) {
  if (val == nullptr || val->class_sizes() != train.class_sizes()) return "";
  const std::string print = train.fingerprint();
  if (print.empty() || print != val->fingerprint()) return "";
  return "\n      warning: it validates on the pictures that it trains on; data.val_fraction sets "
         "some apart";
}

std::string describe_place(const TrainPosition& position) {
  return position.step == 0 ? ""
                            : "resumed after step " + grouped(position.step) + ", in epoch " +
                                  std::to_string(position.epoch + 1) + "\n";
}

// The assignment that lets a finished run go on for as long again.
std::string twice_as_long(const RunOptions& options, int64_t steps) {
  return options.train.max_steps == steps ? "max_steps=" + std::to_string(2 * steps)
                                          : "epochs=" + std::to_string(2 * options.train.epochs);
}

std::string describe_epoch(const char* title, const EpochReport& report) {
  return std::string(title) + "  epoch " + std::to_string(report.epoch + 1) +
         (report.val ? "  validation " + text_of(*report.val)
                     : "  training " + text_of(report.train)) +
         "\n";
}

// What the ranks have said to each other; nothing of one alone, or that the others have not heard.
std::string describe_communication(const TrainingRun& run) {
  const CommunicationTotals totals = run.trainer().communication();
  if (totals.bytes == 0) return "";
  std::string text = "ranks   " + bytes_text(static_cast<size_t>(totals.bytes_per_step())) +
                     " sent by each in a step";
  if (totals.seconds > 0) {
    text += ", " + percent(totals.share(), 1) + " of the time in communication, " +
            percent(totals.exposed_share(), 1) + " not hidden by computing";
  }
  return text + "\n";
}

void write_communication(JsonWriter& json, const CommunicationTotals& totals) {
  if (totals.bytes == 0) return;
  json.key("communication").begin_object();
  json.key("bytes_per_step").value(totals.bytes_per_step());
  if (totals.seconds > 0) {
    json.key("share").value(totals.share());
    json.key("exposed_share").value(totals.exposed_share());
  }
  json.end_object();
}

void write_epoch(JsonWriter& json, const char* key, const EpochReport& report) {
  json.key(key).begin_object().key("epoch").value(report.epoch + 1);
  json.key("train").begin_object();
  write_members(json, report.train);
  json.end_object();
  if (report.val) {
    json.key("val").begin_object();
    write_members(json, *report.val);
    json.end_object();
  }
  json.end_object();
}

}  // namespace

std::string describe_weights(const std::string& path, const TakenWeights& weights) {
  return "weights of " + path + "\n" + list("taken", weights.taken) + list("new", weights.fresh) +
         list("not used", weights.unused);
}

std::vector<std::string> notes_on_data(const TrainingRun& run) {
  std::vector<std::string> notes = run.training_data().notes();
  if (run.validation_data() == nullptr) return notes;
  for (std::string& note : run.validation_data()->notes()) notes.push_back(std::move(note));
  return notes;
}

std::string describe_start(const TrainingRun& run, const std::vector<std::string>& notes,
                           const std::string& place) {
  const Trainer& trainer = run.trainer();
  const Net& net = run.net();
  const Context& ctx = run.context();
  const BatchSource& data = run.training_data();
  const bool exact = ctx.numerics() == Numerics::exact;
  return "data: " + describe_data(data, run.validation_data()) + describe_classes(data.classes()) +
         describe_notes(notes) + warn_of_same_pictures(data, run.validation_data()) +
         "\nnet:  " + std::to_string(net.nodes().size()) + " layers, " +
         grouped(net.parameter_count()) + " parameters, " + grouped(net.macs()) +
         " multiply-accumulates a sample\nrun:  " + grouped(trainer.steps()) + " steps of " +
         std::to_string(data.batch_size()) + ", " + std::to_string(ctx.threads()) +
         (ctx.threads() == 1 ? " thread" : " threads") + ranks_text(trainer.ranks()) + ", " +
         where_text(ctx) + (exact ? ", exact, " : ", fast, ") +
         bytes_text(trainer.planned_bytes()) + " planned, " + place + "\n" +
         describe_place(trainer.position());
}

std::string describe_stop(TrainingRun& run, const RunFolder& folder, int exit_code) {
  return std::string("stopped by ") + (exit_code == 130 ? "SIGINT" : "SIGTERM") + " after step " +
         grouped(run.trainer().position().step) + ", which is saved; to go on: fovea train " +
         folder.path() + " --resume\n";
}

std::string result_as_text(TrainingRun& run, const RunFolder& folder, const ResultKeeper& result) {
  const std::string& path = folder.path();
  std::string text;
  if (result.last) text += describe_epoch("last", *result.last);
  if (result.best) text += describe_epoch("best", *result.best);
  text += "weights sha256 " + hash_of_weights(run.net()) + " after step " +
          std::to_string(run.trainer().position().step) + "\n" + describe_communication(run) +
          "run     " + path + "\n";
  if (!result.finished) return text;
  return text + "report  " + folder.report() + "\nnext    fovea eval " + path +
         "\n        fovea predict " + path + " PICTURE\n        fovea train " + path +
         " --resume " + twice_as_long(run.options(), run.trainer().steps()) + "\n";
}

std::string result_as_json(TrainingRun& run, const RunFolder& folder, const ResultKeeper& result) {
  const TrainPosition& position = run.trainer().position();
  JsonWriter json;
  json.begin_object().key("run").value(folder.path()).key("finished").value(result.finished);
  json.key("step").value(position.step).key("steps").value(run.trainer().steps());
  json.key("weights_sha256").value(hash_of_weights(run.net()));
  write_communication(json, run.trainer().communication());
  if (position.best_top1) json.key("best_top1").value(*position.best_top1);
  if (result.last) write_epoch(json, "last", *result.last);
  if (result.best) write_epoch(json, "best", *result.best);
  return json.end_object().str() + "\n";
}

}  // namespace fovea::app
