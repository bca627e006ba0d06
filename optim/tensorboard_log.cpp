// SPDX-License-Identifier: Apache-2.0
#include "tensorboard_log.h"

#include "report/markup.h"

#include <fovea/core/json_writer.h>
#include <fovea/optim/filter_picture.h>

#include <cmath>

namespace fovea::detail {

namespace {

// The tags of the usual PyTorch script: "grad/conv1.weight", "grad_avg/conv1.weight"; and the norm.
void add_distribution(EventSummary& summary, const std::string& kind, const std::string& name,
                      const Tensor& values) {
  const Tensor here = values.to(Device::cpu());
  const Histogram histogram = Histogram::of(here.span<float>());
  summary.histogram(kind + "/" + name, histogram);
  summary.scalar(kind + "_avg/" + name, histogram.mean());
  summary.scalar(kind + "_norm/" + name, std::sqrt(histogram.sum_of_squares));
}

}  // namespace

TensorBoardLog::TensorBoardLog(const RunFolder& folder, Net& net, std::string config, int64_t step,
                               const SpeedMeter& speed, const LogOptions& options)
    : net_(net),
      config_(std::move(config)),
      speed_(speed),
      options_(options),
      train_(folder.train_events(), step),
      val_(folder.val_events(), step) {}

void TensorBoardLog::on_step(const StepReport& report) {
  const bool last = report.step == report.steps;
  if (!config_.empty()) write_config(report.step);
  if (last || report.step % options_.every == 0) write_scalars(report);
  const int64_t period = options_.histograms;
  if (period > 0 && (last || report.step % period == 0)) write_histograms(report.step);
}

void TensorBoardLog::write_config(int64_t step) {
  const std::string markdown = "```json\n" + format_json(config_) + "\n```\n";
  train_.writer().write(step, EventSummary().text("config", markdown));
  config_.clear();
}

void TensorBoardLog::write_scalars(const StepReport& report) {
  EventSummary summary;
  summary.scalar("loss", report.loss);
  summary.scalar("top1", report.epoch_so_far.top1_share());
  summary.scalar("top5", report.epoch_so_far.top5_share());
  summary.scalar("lr", report.lr);
  summary.scalar("img_s", speed_.recent().images_per_second);
  summary.scalar("data_wait", speed_.recent().data_wait);
  train_.writer().write(report.step, summary);
}

void TensorBoardLog::write_histograms(int64_t step) {
  net_.gradients();  // there are some, if only zeros
  EventSummary summary;
  for (const Parameter& parameter : net_.parameters()) {
    add_distribution(summary, "weight", parameter.name, net_.value(parameter));
    add_distribution(summary, "grad", parameter.name, net_.gradient(parameter));
  }
  train_.writer().write(step, summary);
}

void TensorBoardLog::write_filters(int64_t step) {
  const auto filters = draw_filters(net_);
  if (!filters) return;
  EventSummary summary;
  const Image& image = filters->image;
  summary.picture("filters/" + filters->layer, png_of(image), image.height, image.width,
                  image.channels);
  train_.writer().write(step, summary);
}

void TensorBoardLog::on_epoch(const EpochReport& report) {
  write_filters(report.step);
  train_.writer().flush();
  if (!report.val) return;
  EventSummary summary;
  summary.scalar("loss", report.val->loss());
  summary.scalar("top1", report.val->top1_share());
  summary.scalar("top5", report.val->top5_share());
  val_.writer().write(report.step, summary);
  val_.writer().flush();
}

}  // namespace fovea::detail
