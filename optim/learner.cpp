// SPDX-License-Identifier: Apache-2.0
#include "classifier_check.h"
#include "divergence.h"
#include "train_step.h"

#include <fovea/core/error.h>
#include <fovea/data/class_names.h>
#include <fovea/data/normalizer.h>
#include <fovea/optim/learner.h>
#include <fovea/optim/run_folder.h>

#include <algorithm>
#include <numeric>
#include <optional>

namespace fovea {

Fields<LearnerOptions> LearnerOptions::fields() {
  using O = LearnerOptions;
  return Fields<O>("a learner", "How a classifier is trained batch by batch")
      .field("seed", &O::seed, "of all random numbers")
      .field("batch_size", &O::batch_size, "the most pictures in one step", between(1, 1 << 24))
      .field("optimizer", &O::optimizer, "how weights follow gradients")
      .field("clip", &O::clip, "limits of the gradients")
      .field("label_smoothing", &O::label_smoothing, "share of the target spread over all classes",
             at_least(0) && below(1));
}

namespace {

TrainOptions train_options(const LearnerOptions& options) {
  TrainOptions train;
  train.batch_size = options.batch_size;
  train.optimizer = options.optimizer;
  train.clip = options.clip;
  train.label_smoothing = options.label_smoothing;
  return train;
}

// What a new model is besides its net.
struct ModelDescription : Preprocessing {
  ClassNames classes;

  static Fields<ModelDescription> fields() {
    return preprocessing_fields(Fields<ModelDescription>("a model", "What a model is"))
        .field("classes", &ModelDescription::classes, "names of the classes, or a file of them");
  }
};

std::vector<std::string> names_of_classes(const ClassNames& names, const Net& net) {
  const int64_t width = net.output_shape()[-1];
  std::vector<std::string> list = names.load();
  if (list.empty()) return numbered_classes(width);
  if (std::ssize(list) > width) {
    throw ConfigError("classes: there are " + std::to_string(list.size()) +
                      " names, and the net puts out " + std::to_string(width) +
                      " numbers; make the last layer as wide");
  }
  return list;
}

}  // namespace

struct Learner::Impl {
  Impl(Model model_in, const LearnerOptions& options_in, int threads)
      : model(std::move(model_in)),
        options(train_options(options_in)),
        image(image_of_classifier(model.net)),
        normalizer(model.info.preprocessing, image[2], {image[0], image[1]}),
        ctx({.threads = threads, .seed = options_in.seed}),
        train_step(model.net, ctx, options, options.batch_size),
        lr(options.sgd().lr) {
    batch.resize(options.batch_size, image);
  }

  void check(std::span<const uint8_t> pixels, std::span<const int32_t> labels) const {
    const int64_t n = std::ssize(labels), bytes = image.elements();
    if (n < 1 || n > options.batch_size || n * bytes != std::ssize(pixels)) {
      throw ArgumentError("learner: " + std::to_string(n) + " labels and " +
                          std::to_string(pixels.size()) + " bytes of pixels; 1 to " +
                          std::to_string(options.batch_size) + " labels and " +
                          std::to_string(bytes) + " bytes for each wanted");
    }
  }

  void fill(std::span<const uint8_t> pixels, std::span<const int32_t> labels) {
    batch.resize(std::ssize(labels), image);
    normalizer.apply(pixels, batch.images.data<float>());
    std::ranges::copy(labels, batch.labels.data<int32_t>());
    // Rows have the masks of dropout that belong to (step, row).
    std::iota(batch.samples.begin(), batch.samples.end(), 0U);
    batch.keys = batch.samples;
    batch.epoch = static_cast<uint32_t>(steps);
  }

  Model model;
  TrainOptions options;
  Shape image;
  Normalizer normalizer;
  Context ctx;
  TrainStep train_step;
  float lr;
  Batch batch;
  int64_t steps = 0;
  std::optional<float> last_loss;
};

Learner::Learner(Model model, const LearnerOptions& options, int threads)
    : impl_(std::make_unique<Impl>(std::move(model), options, threads)) {}
Learner::Learner(Learner&&) noexcept = default;
Learner& Learner::operator=(Learner&&) noexcept = default;
Learner::~Learner() = default;

Learner Learner::from_config(const Config& config, int threads) {
  const LearnerOptions options = LearnerOptions::fields().read(config);
  const ModelDescription description = ModelDescription::fields().read(config);
  const Config graph = config.at("model");
  config.finish();
  Net net = Net::from_config(graph, options.seed);  // throws what has been found so far, too
  std::vector<std::string> classes = names_of_classes(description.classes, net);
  return Learner({std::move(net), {graph.to_json(), description, std::move(classes)}}, options,
                 threads);
}

Learner Learner::from_model(const std::string& path, const Config& config, int threads) {
  const LearnerOptions options = LearnerOptions::fields().read(config);
  config.finish();
  config.check();
  return Learner(load_model(find_model_file(path)), options, threads);
}

const Model& Learner::model() const { return impl_->model; }
Shape Learner::image() const { return impl_->image; }
int64_t Learner::classes() const { return impl_->model.net.output_shape()[1]; }
int64_t Learner::batch_size() const { return impl_->options.batch_size; }
int64_t Learner::steps() const { return impl_->steps; }

Metrics Learner::step(std::span<const uint8_t> pixels, std::span<const int32_t> labels) {
  impl_->check(pixels, labels);
  impl_->fill(pixels, labels);
  Metrics metrics;
  TrainStep& step = impl_->train_step;
  step.begin(impl_->batch, {impl_->lr, impl_->steps, 0});
  const StepOutcome outcome = step.finish(impl_->batch, metrics);
  if (!outcome.is_finite()) {
    step.recover(impl_->batch);
    throw_diverged(origins_in(step, impl_->batch), outcome, impl_->steps, impl_->last_loss);
  }
  impl_->last_loss = outcome.loss;
  impl_->steps++;
  return metrics;
}

void Learner::set_lr(float lr) {
  if (!(lr >= 0)) throw ArgumentError("learner: a learning rate must be at least 0");
  impl_->lr = lr;
}

Model Learner::snapshot() const { return {impl_->model.net.clone(), impl_->model.info}; }

void Learner::save(const std::string& path) const {
  save_model(path, impl_->model.net, impl_->model.info);
}

}  // namespace fovea
