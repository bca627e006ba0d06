// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.h"
#include "support/tiny_run.h"

#include <fovea/core/error.h>
#include <fovea/optim/checkpoint.h>

#include <catch2/catch.hpp>

#include <fstream>

using Catch::Contains;
using fovea::DataError;
using fovea::hash_of_weights;
using fovea::ModelInfo;
using fovea::NamedTensor;
using fovea::Shape;
using fovea::Tensor;
using fovea::test::TempDir;
using fovea::test::TinyRun;

namespace {

ModelInfo info() {
  return {fovea::test::kTinyModel,
          {fovea::PixelScale::raw, std::vector<float>{10, 20, 30}, 2.0f},
          {"ant", "b\"ee", "ключ", "d"}};
}

}  // namespace

TEST_CASE("a model file carries all that serving needs") {
  const TempDir dir;
  const std::string path = dir.file("m.safetensors");
  TinyRun run;
  save_model(path, run.net, info());
  const fovea::Model model = fovea::load_model(path);
  CHECK(hash_of_weights(model.net) == hash_of_weights(run.net));
  CHECK(model.info.classes == info().classes);
  CHECK(model.info.preprocessing == info().preprocessing);
  CHECK(model.net.input_shape() == run.net.input_shape());
}

TEST_CASE("a checkpoint puts weights, momenta and position back") {
  const TempDir dir;
  const std::string path = dir.file("c.safetensors");
  TinyRun run(1, 3, 9);
  fovea::test::Silent silent;
  run.trainer->run(silent);
  save_checkpoint(path, run.net, info(), {run.trainer->optimizer(), run.trainer->position(), "{}"});

  TinyRun other;
  fovea::TrainPosition position;
  restore_checkpoint(path, other.net, other.trainer->optimizer(), position);
  CHECK(hash_of_weights(other.net) == hash_of_weights(run.net));
  CHECK(std::ranges::equal(other.trainer->optimizer().velocities().span<float>(),
                           run.trainer->optimizer().velocities().span<float>()));
  CHECK(position.step == 9);
  CHECK(position.epoch == 1);
  CHECK(position.batch == 3);
  CHECK(position.epoch_so_far.samples == 24);
  CHECK(position.epoch_so_far.loss_sum == run.trainer->position().epoch_so_far.loss_sum);
  CHECK(position.best_top1 == run.trainer->position().best_top1);
  CHECK(hash_of_weights(fovea::load_model(path).net) == hash_of_weights(run.net));
}

TEST_CASE("files that do not suit are named, with the tensor") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  TinyRun run;
  std::vector<NamedTensor> tensors;
  for (const auto& p : run.net.parameters()) tensors.push_back({p.name, run.net.value(p)});
  const auto load = [&] {
    save_safetensors(path, tensors);
    load_weights(fovea::SafetensorsFile(path), run.net);
  };
  CHECK_NOTHROW(load());

  tensors.push_back({"extra", Tensor(Shape{2})});
  CHECK_THROWS_WITH(load(), Contains("w.safetensors") && Contains("\"extra\""));
  tensors.pop_back();
  const NamedTensor last = tensors.back();
  tensors.pop_back();
  CHECK_THROWS_WITH(load(), Contains("w.safetensors") && Contains(last.name));
  tensors.push_back({last.name, Tensor(Shape{99})});
  CHECK_THROWS_WITH(load(), Contains(last.name) && Contains("99"));

  CHECK_THROWS_AS(fovea::load_model(path), DataError);  // no graph in it
  save_model(path, run.net, info());
  fovea::TrainPosition position;
  CHECK_THROWS_WITH(restore_checkpoint(path, run.net, run.trainer->optimizer(), position),
                    Contains("not a checkpoint"));
  ModelInfo broken = info();
  broken.graph = R"({"input": [3, 12, 12], "layers": [{"type": "swosh"}]})";
  save_model(path, run.net, broken);
  CHECK_THROWS_AS(fovea::load_model(path), DataError);
}

TEST_CASE("the hash of the weights sees every bit") {
  TinyRun a, b;
  CHECK(hash_of_weights(a.net) == hash_of_weights(b.net));
  b.net.values().data<float>()[7] = std::nextafter(b.net.values().data<float>()[7], 9.0f);
  CHECK(hash_of_weights(a.net) != hash_of_weights(b.net));
}
