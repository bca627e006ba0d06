// SPDX-License-Identifier: Apache-2.0
#include <fovea/optim/sgd.h>

namespace fovea {

template <>
inline constexpr auto kEnumNames<SgdForm> =
    std::to_array<EnumName<SgdForm>>({{"paper", SgdForm::paper}, {"pytorch", SgdForm::pytorch}});

Fields<SgdOptions> SgdOptions::fields() {
  using O = SgdOptions;
  return Fields<O>("sgd", "Stochastic gradient descent with momentum")
      .field("lr", &O::lr, "learning rate", at_least(0))
      .field("momentum", &O::momentum, "share of the velocity that is kept",
             at_least(0) && below(1))
      .field("weight_decay", &O::weight_decay, "added to the gradient, times the weight",
             at_least(0))
      .field("form", &O::form,
             "paper: lr inside the velocity (Krizhevsky 2012, Caffe); pytorch: outside")
      .field("bias_lr", &O::bias_lr, "biases: this times lr", at_least(0))
      .field("bias_decay", &O::bias_decay, "biases: this times weight_decay", at_least(0));
}

Sgd::Sgd(Net& net, const SgdOptions& options)
    : net_(&net),
      options_(options),
      lr_(options.lr),
      velocities_(net.values().shape()),
      runs_(runs_of(net)) {}

std::vector<Sgd::Run> Sgd::runs_of(const Net& net) const {
  const int64_t size = net.values().shape()[0];
  const bool alike = options_.bias_lr == 1 && options_.bias_decay == 1;
  if (alike || net.parameters().empty()) return {{0, size, false}};
  std::vector<Run> runs;
  for (const Parameter& parameter : net.parameters()) {
    const auto begin = static_cast<int64_t>(parameter.offset);
    if (!runs.empty()) runs.back().end = begin;
    runs.push_back({begin, size, parameter.spec.name == "bias"});
  }
  return runs;
}

void Sgd::step(Context& ctx) {
  for (const Run& run : runs_) {
    const SgdParams params{
        run.bias ? lr_ * options_.bias_lr : lr_, options_.momentum,
        run.bias ? options_.weight_decay * options_.bias_decay : options_.weight_decay,
        options_.form};
    Tensor v = velocities_.rows(run.begin, run.end), w = net_->values().rows(run.begin, run.end);
    sgd_update(ctx, params, net_->gradients().rows(run.begin, run.end), v, w);
  }
}

Tensor Sgd::velocity(const Parameter& parameter) const {
  const auto begin = static_cast<int64_t>(parameter.offset);
  const Shape& shape = parameter.spec.shape;
  return velocities_.rows(begin, begin + shape.elements()).reshaped(shape);
}

}  // namespace fovea
