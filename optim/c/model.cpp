// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include "error.h"

#include <fovea/optim/classifier.h>

#include <fovea.h>

namespace {

using fovea::Classifier;
using fovea::Prediction;
using fovea::c::checked_count;
using fovea::c::guarded;
using fovea::c::made;
using fovea::c::wanted;

// Best first, into the order of the labels.
void put(const std::vector<Prediction>& predictions, float* probabilities) {
  for (const Prediction& p : predictions) probabilities[p.label] = p.probability;
}

}  // namespace

const char* fovea_version(void) { return FOVEA_VERSION; }

fovea_model* fovea_model_load(const char* path, int threads, fovea_error* error) {
  return made<fovea_model>(
      error, [&] { return Classifier::load(&wanted(path, "path"), {.threads = threads}); });
}

void fovea_model_free(fovea_model* model) { delete model; }

fovea_info fovea_model_info(const fovea_model* model) {
  if (model == nullptr) return {};
  const fovea::Shape image = model->classifier.image();
  return {image[0], image[1], image[2], model->classifier.classes()};
}

const char* fovea_model_class_name(const fovea_model* model, int64_t label) {
  if (model == nullptr || label < 0 || label >= std::ssize(model->names)) return nullptr;
  return model->names[static_cast<size_t>(label)].c_str();
}

fovea_status fovea_predict(const fovea_model* model, const uint8_t* pixels, int64_t count,
                           float* probabilities, fovea_error* error) {
  return guarded(error, [&] {
    const Classifier& classifier = wanted(model, "model").classifier;
    const size_t n = checked_count(count);
    const auto bytes = static_cast<size_t>(classifier.image().elements());
    const auto classes = static_cast<size_t>(classifier.classes());
    classifier.probabilities({&wanted(pixels, "pixels"), n * bytes},
                             {&wanted(probabilities, "probabilities"), n * classes});
  });
}

fovea_status fovea_predict_encoded(const fovea_model* model, const void* bytes, size_t size,
                                   float* probabilities, fovea_error* error) {
  return guarded(error, [&] {
    const Classifier& classifier = wanted(model, "model").classifier;
    const auto* begin = static_cast<const uint8_t*>(bytes);
    put(classifier.classify_encoded({&wanted(begin, "bytes"), size}, classifier.classes()),
        &wanted(probabilities, "probabilities"));
  });
}

fovea_status fovea_predict_file(const fovea_model* model, const char* path, float* probabilities,
                                fovea_error* error) {
  return guarded(error, [&] {
    const Classifier& classifier = wanted(model, "model").classifier;
    put(classifier.classify_file(&wanted(path, "path"), classifier.classes()),
        &wanted(probabilities, "probabilities"));
  });
}
