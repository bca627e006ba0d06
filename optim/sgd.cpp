// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/sgd.h>

#include <algorithm>
#include <set>

namespace fovea {

template <>
inline constexpr auto kEnumNames<SgdForm> =
    std::to_array<EnumName<SgdForm>>({{"paper", SgdForm::paper}, {"pytorch", SgdForm::pytorch}});

Fields<ParameterGroup> ParameterGroup::fields() {
  using O = ParameterGroup;
  return Fields<O>("a group", "some layers' own learning rate and decay")
      .required("layers", &O::layers, "names of the layers", non_empty())
      .field("lr", &O::lr, "this times the learning rate", at_least(0))
      .field("weight_decay", &O::weight_decay, "this times the weight decay", at_least(0))
      .field("drop_from_epoch", &O::drop_from_epoch,
             "from this epoch on, counted from 0, `drop` times that rate", at_least(0))
      .field("drop", &O::drop, "see drop_from_epoch", at_least(0))
      .field("freeze_from_epoch", &O::freeze_from_epoch,
             "no update from this epoch on, counted from 0", at_least(0))
      .field("freeze_from_step", &O::freeze_from_step,
             "no update from this step on, counted from 0", at_least(0));
}

Fields<SgdOptions> SgdOptions::fields() {
  using O = SgdOptions;
  return Fields<O>("sgd", "stochastic gradient descent with momentum")
      .field("lr", &O::lr, "learning rate", at_least(0))
      .field("momentum", &O::momentum, "share of the velocity that is kept",
             at_least(0) && below(1))
      .field("weight_decay", &O::weight_decay, "added to the gradient, times the weight",
             at_least(0))
      .field("form", &O::form,
             "paper: lr inside the velocity (Krizhevsky 2012, Caffe); pytorch: outside")
      .field("bias_lr", &O::bias_lr, "biases: this times lr", at_least(0))
      .field("bias_decay", &O::bias_decay, "biases: this times weight_decay", at_least(0))
      .field("groups", &O::groups, "layers with multipliers of their own");
}

namespace {

bool has_parameters(const Net& net, const std::string& layer) {
  return std::ranges::any_of(net.parameters(),
                             [&](const Parameter& p) { return p.name.starts_with(layer + "."); });
}

void check_groups(const Net& net, const std::vector<ParameterGroup>& groups) {
  std::set<std::string> seen;
  for (const ParameterGroup& group : groups) {
    for (const std::string& layer : group.layers) {
      if (!has_parameters(net, layer)) {
        throw ConfigError("train.optimizer.groups: the net has no layer \"" + layer +
                          "\" with parameters");
      }
      if (!seen.insert(layer).second)
        throw ConfigError("train.optimizer.groups: \"" + layer + "\" is named twice");
    }
  }
}

}  // namespace

Sgd::Sgd(Net& net, const SgdOptions& options)
    : net_(&net),
      options_(options),
      lr_(options.lr),
      velocities_(net.values().shape(), DType::f32, net.device()) {
  check_groups(net, options.groups);
  make_runs();
}

float Sgd::Rule::lr_in(int64_t epoch) const {
  return drop_from_epoch && epoch >= *drop_from_epoch ? lr * drop : lr;
}

bool Sgd::Rule::frozen(int64_t step, int64_t epoch) const {
  return (freeze_from_epoch && epoch >= *freeze_from_epoch) ||
         (freeze_from_step && step >= *freeze_from_step);
}

Sgd::Rule Sgd::rule_of(const Parameter& parameter) const {
  Rule rule;
  if (parameter.spec.name == "bias") rule = {options_.bias_lr, options_.bias_decay};
  for (const ParameterGroup& group : options_.groups) {
    for (const std::string& layer : group.layers) {
      if (parameter.name != layer + "." + parameter.spec.name) continue;
      rule.lr *= group.lr;
      rule.weight_decay *= group.weight_decay;
      rule.drop = group.drop;
      rule.drop_from_epoch = group.drop_from_epoch;
      rule.freeze_from_epoch = group.freeze_from_epoch;
      rule.freeze_from_step = group.freeze_from_step;
    }
  }
  return rule;
}

void Sgd::make_runs() {
  const int64_t size = net_->values().shape()[0];
  for (const Parameter& parameter : net_->parameters()) {
    const Rule rule = rule_of(parameter);
    if (!runs_.empty() && runs_.back().rule == rule) continue;
    const auto begin = static_cast<int64_t>(parameter.offset);
    if (!runs_.empty()) runs_.back().end = begin;
    runs_.push_back({begin, size, rule});
  }
}

void Sgd::step(Context& ctx, int64_t step, int64_t epoch, const Tensor& halted) {
  RoundedCopy* rounded = net_->rounded();
  if (rounded != nullptr && !rounded->is_current()) rounded = nullptr;  // all of it is to be redone
  for (const Run& run : runs_) {
    if (run.rule.frozen(step, epoch)) continue;
    const SgdParams params{
        lr_ * run.rule.lr_in(epoch),
        options_.momentum,
        options_.weight_decay * run.rule.weight_decay,
        options_.form,
        halted,
        rounded != nullptr ? rounded->values().rows(run.begin, run.end) : Tensor()};
    Tensor v = velocities_.rows(run.begin, run.end), w = net_->values().rows(run.begin, run.end);
    sgd_update(ctx, params, net_->gradients().rows(run.begin, run.end), v, w);
  }
  if (rounded != nullptr) rounded->follow();
}

Tensor Sgd::velocity(const Parameter& parameter) const {
  const auto begin = static_cast<int64_t>(parameter.offset);
  const Shape& shape = parameter.spec.shape;
  return velocities_.rows(begin, begin + shape.elements()).reshaped(shape);
}

}  // namespace fovea
