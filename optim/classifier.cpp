// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/data/class_names.h>
#include <fovea/data/image_file.h>
#include <fovea/optim/classifier.h>
#include <fovea/optim/run_folder.h>

#include <algorithm>
#include <mutex>
#include <optional>

namespace fovea {

struct Classifier::Impl {
  // What one call at a time needs for itself.
  class Worker {
   public:
    Worker(const Model& model, const ClassifierOptions& options)
        : model_(model), ctx_({.device = options.device, .threads = options.threads}) {}

    // For at least `batch` pictures; planned anew when none before were as many.
    Predictor& predictor(int64_t batch) {
      if (!predictor_ || predictor_->batch() < batch) predictor_.emplace(model_, ctx_, batch);
      return *predictor_;
    }

   private:
    const Model& model_;
    Context ctx_;
    std::optional<Predictor> predictor_;
  };

  Impl(Model model_in, const ClassifierOptions& options_in)
      : model(on_device(std::move(model_in), options_in.device)), options(options_in) {
    if (options.batch < 1) throw ArgumentError("classifier: batch must be at least 1");
    with_predictor(1, [](Predictor&) {});  // throws now what it would later
  }

  static Model on_device(Model model, Device device) {
    model.net.move_to(device);
    return model;
  }

  std::unique_ptr<Worker> take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        std::unique_ptr<Worker> worker = std::move(idle.back());
        idle.pop_back();
        return worker;
      }
    }
    return std::make_unique<Worker>(model, options);
  }

  void give_back(std::unique_ptr<Worker> worker) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(worker));
  }

  // Calls use(predictor) with a predictor that no other call has, for up to `batch` pictures.
  void with_predictor(int64_t batch, auto&& use) {
    std::unique_ptr<Worker> worker = take();
    use(worker->predictor(batch));
    give_back(std::move(worker));  // not after an exception
  }

  Exif exif() const { return model.info.preprocessing.exif; }

  const Model model;
  const ClassifierOptions options;
  std::mutex mutex;
  std::vector<std::unique_ptr<Worker>> idle;
};

Classifier::Classifier(Model model, const ClassifierOptions& options)
    : impl_(std::make_unique<Impl>(std::move(model), options)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Classifier Classifier::load(const std::string& path, const ClassifierOptions& options) {
  return Classifier(load_model(find_model_file(path)), options);
}

const Model& Classifier::model() const { return impl_->model; }
Shape Classifier::image() const { return impl_->model.net.input_shape().sample(); }
int64_t Classifier::classes() const { return impl_->model.net.output_shape()[1]; }

std::string Classifier::class_name(int64_t label) const {
  return fovea::class_name(impl_->model.info.classes, label);
}

std::vector<Prediction> Classifier::classify(const Image& image, int64_t top,
                                             const std::string& name) const {
  std::vector<Prediction> best;
  impl_->with_predictor(1, [&](Predictor& p) { best = p.predict(image, top, name); });
  return best;
}

std::vector<Prediction> Classifier::classify_file(const std::string& path, int64_t top) const {
  return classify(load_image(path, image()[2], impl_->exif()), top, path);
}

std::vector<Prediction> Classifier::classify_encoded(std::span<const uint8_t> bytes, int64_t top,
                                                     const std::string& name) const {
  return classify(decode_image(bytes, image()[2], name, impl_->exif()), top, name);
}

void Classifier::probabilities(std::span<const uint8_t> pixels,
                               std::span<float> probabilities) const {
  const auto bytes = static_cast<size_t>(image().elements());
  const auto width = static_cast<size_t>(classes());
  const size_t n = pixels.size() / bytes;
  if (n * bytes != pixels.size() || n * width != probabilities.size()) {
    throw ArgumentError("classifier: " + std::to_string(pixels.size()) + " bytes of pixels and " +
                        std::to_string(probabilities.size()) + " probabilities; " +
                        std::to_string(bytes) + " and " + std::to_string(width) +
                        " for each picture wanted");
  }
  if (n == 0) return;
  const size_t batch = std::min(n, static_cast<size_t>(impl_->options.batch));
  impl_->with_predictor(static_cast<int64_t>(batch), [&](Predictor& predictor) {
    for (size_t i = 0; i < n; i += batch) {
      const size_t part = std::min(batch, n - i);
      const Tensor p = predictor.probabilities(pixels.subspan(i * bytes, part * bytes));
      std::ranges::copy(p.span<float>(), probabilities.subspan(i * width).begin());
    }
  });
}

}  // namespace fovea
