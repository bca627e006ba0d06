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

LayerRegistry::Factory activation(Activation kind) {
  return [kind](const Config&) { return std::make_unique<ActivationLayer>(kind); };
}

}  // namespace

LayerRegistry LayerRegistry::builtin() {
  LayerRegistry registry;
  registry.add<AddLayer>("add");
  registry.add<AvgPool2dLayer>("avgpool2d");
  registry.add<ConcatLayer>("concat");
  registry.add<Conv2dLayer>("conv2d");
  registry.add<DropoutLayer>("dropout");
  registry.add<FlattenLayer>("flatten");
  registry.add<LinearLayer>("linear");
  registry.add<LrnLayer>("lrn");
  registry.add<MaxPool2dLayer>("maxpool2d");
  registry.add("relu", activation(Activation::relu));
  registry.add("sigmoid", activation(Activation::sigmoid));
  registry.add("tanh", activation(Activation::tanh));
  return registry;
}

}  // namespace fovea
