// SPDX-License-Identifier: Apache-2.0
// The one list of built-in layers.
#include <fovea/layers/activation.h>
#include <fovea/layers/combine.h>
#include <fovea/layers/conv2d.h>
#include <fovea/layers/dropout.h>
#include <fovea/layers/flatten.h>
#include <fovea/layers/layer_registry.h>
#include <fovea/layers/linear.h>
#include <fovea/layers/lrn.h>
#include <fovea/layers/pool2d.h>

namespace fovea {

namespace {

void add_activation(LayerRegistry& registry, const char* type, Activation kind, const char* doc) {
  registry.add(type, [kind](const Config&) { return std::make_unique<ActivationLayer>(kind); },
               {doc, {}});
}

}  // namespace

LayerRegistry LayerRegistry::builtin() {
  LayerRegistry registry;
  registry.add<AddLayer>("add", {"Elementwise sum of two or more inputs of one shape", {}});
  registry.add<AvgPool2dLayer>("avgpool2d");
  registry.add<ConcatLayer>("concat", {"Its inputs one after the other along the channels", {}});
  registry.add<Conv2dLayer>("conv2d");
  registry.add<DropoutLayer>("dropout");
  registry.add<FlattenLayer>("flatten", {"(h, w, c) to h * w * c features, in that order", {}});
  registry.add<LinearLayer>("linear");
  registry.add<LrnLayer>("lrn");
  registry.add<MaxPool2dLayer>("maxpool2d");
  add_activation(registry, "relu", Activation::relu, "max(x, 0)");
  add_activation(registry, "sigmoid", Activation::sigmoid, "1 / (1 + exp(-x))");
  add_activation(registry, "tanh", Activation::tanh, "Hyperbolic tangent");
  return registry;
}

}  // namespace fovea
