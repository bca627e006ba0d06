// SPDX-License-Identifier: Apache-2.0
#include "error.h"
#include "model.h"

#include <fovea/optim/learner.h>

#include <fovea.h>

struct fovea_learner {
  fovea::Learner learner;
};

namespace {

using fovea::Config;
using fovea::Learner;
using fovea::Metrics;
using fovea::c::checked_count;
using fovea::c::guarded;
using fovea::c::made;
using fovea::c::wanted;

}  // namespace

fovea_learner* fovea_learner_create(const char* config, int threads, fovea_error* error) {
  return made<fovea_learner>(error, [&] {
    return fovea_learner{Learner::from_config(Config::parse(&wanted(config, "config")), threads)};
  });
}

fovea_learner* fovea_learner_load(const char* path, const char* config, int threads,
                                  fovea_error* error) {
  return made<fovea_learner>(error, [&] {
    return fovea_learner{Learner::from_model(&wanted(path, "path"),
                                             Config::parse(&wanted(config, "config")), threads)};
  });
}

void fovea_learner_free(fovea_learner* learner) { delete learner; }

fovea_info fovea_learner_info(const fovea_learner* learner) {
  if (learner == nullptr) return {};
  const fovea::Shape image = learner->learner.image();
  return {image[0], image[1], image[2], learner->learner.classes()};
}

fovea_status fovea_learner_step(fovea_learner* learner, const uint8_t* pixels,
                                const int32_t* labels, int64_t count, float* loss, int64_t* correct,
                                fovea_error* error) {
  return guarded(error, [&] {
    Learner& l = wanted(learner, "learner").learner;
    const size_t n = checked_count(count);
    const auto bytes = static_cast<size_t>(l.image().elements());
    const Metrics metrics =
        l.step({&wanted(pixels, "pixels"), n * bytes}, {&wanted(labels, "labels"), n});
    if (loss) *loss = static_cast<float>(metrics.loss());
    if (correct) *correct = metrics.top1;
  });
}

fovea_status fovea_learner_set_lr(fovea_learner* learner, float lr, fovea_error* error) {
  return guarded(error, [&] { wanted(learner, "learner").learner.set_lr(lr); });
}

fovea_status fovea_learner_save(const fovea_learner* learner, const char* path,
                                fovea_error* error) {
  return guarded(error, [&] { wanted(learner, "learner").learner.save(&wanted(path, "path")); });
}

fovea_model* fovea_learner_model(const fovea_learner* learner, int threads, fovea_error* error) {
  return made<fovea_model>(error, [&] {
    return fovea::Classifier(wanted(learner, "learner").learner.snapshot(), {.threads = threads});
  });
}
