// SPDX-License-Identifier: Apache-2.0
#include "config_diff_parts.h"

#include <fovea/core/number_text.h>

#include <algorithm>
#include <optional>

namespace fovea {

namespace {

// A layer of a resolved "model".
struct LayerOf {
  Config config;
  std::string name, type;
  std::string before;  // the name of the layer before it
};

std::vector<LayerOf> layers_of(const Config& model) {
  std::vector<LayerOf> layers;
  std::string before = "input";
  for (const Config& layer : model.at("layers").items()) {
    layers.push_back({layer, layer.get("name", ""), layer.get("type", ""), before});
    before = layers.back().name;
  }
  return layers;
}

bool has_name(const std::vector<LayerOf>& layers, const std::string& name) {
  return std::ranges::find(layers, name, &LayerOf::name) != layers.end();
}

std::string without_name(const Config& layer) {
  std::string text;
  for (const std::string& key : layer.keys())
    if (key != "name") text += (text.empty() ? "" : ", ") + key + " " + layer.find(key).to_json();
  return text;
}

// What a parameter begins as: its layer's init, else the model's, else the default.
std::string init_of(const Config& layer, const Config& model, const char* parameter) {
  for (const Config& owner : {layer, model}) {
    const Config init = owner.find("init");
    if (!init.exists()) continue;
    const Config value = init.find(parameter);
    if (value.exists()) return value.to_json();
  }
  return std::string(parameter) == "weight" ? "\"kaiming\"" : "0";
}

void compare_init(const LayerOf& a, const LayerOf& b, const Config& first, const Config& second,
                  ConfigDifferences& differences) {
  if (!a.config.find("bias").exists() || !b.config.find("bias").exists()) return;  // no parameters
  for (const char* parameter : {"weight", "bias"}) {
    const bool absent = std::string(parameter) == "bias" &&
                        !(a.config.get("bias", true) && b.config.get("bias", true));
    const std::string x = init_of(a.config, first, parameter),
                      y = init_of(b.config, second, parameter);
    if (!absent && x != y)
      differences.push_back(
          {a.name + ".init." + parameter, x, y,
           "first values of the " + std::string(parameter) + (parameter[0] == 'w' ? "s" : "es")});
  }
}

// What LRN multiplies each square by.
double alpha_per_term(const Config& lrn) {
  const double size = static_cast<double>(lrn.get("size", int64_t{5}));
  const bool within_map = lrn.get("region", "") == "within_map";
  const double cells = within_map ? size * size : size;
  return lrn.get("alpha", 0.0) / (lrn.get("alpha_mode", "") == "mean" ? cells : 1.0);
}

std::string alpha_text(const Config& lrn) {
  const std::string alpha = rounded_text(lrn.get("alpha", 0.0));
  return lrn.get("alpha_mode", "") == "mean"
             ? alpha + " over the cells of a window, " + rounded_text(alpha_per_term(lrn)) + " each"
             : alpha + " each";
}

void compare_lrn(const LayerOf& a, const LayerOf& b, ConfigDifferences& differences) {
  const double x = alpha_per_term(a.config), y = alpha_per_term(b.config);
  if (std::abs(x - y) <= 1e-9 * std::abs(x)) return;
  differences.push_back({a.name + ".alpha", alpha_text(a.config), alpha_text(b.config),
                         "what multiplies the squares in a window"});
}

class LayerComparison {
 public:
  LayerComparison(const Config& first, const Config& second, const ConfigType& type,
                  ConfigDifferences& differences)
      : first_(first),
        second_(second),
        type_(type),
        differences_(differences),
        a_(layers_of(first)),
        b_(layers_of(second)),
        partner_of_a_(a_.size()),
        partner_of_b_(b_.size()) {}

  void run() {
    for (const auto& [i, j] :
         align(a_.size(), b_.size(), [&](size_t i, size_t j) { return weight(i, j); }))
      pair(i, j);
    pair_moved();
    for (size_t i = 0, j = 0; i < a_.size() || j < b_.size(); i++, j++) {
      if (i < a_.size()) tell(i);
      if (j < b_.size() && !partner_of_b_[j])
        differences_.push_back(
            {b_[j].name + " (after " + b_[j].before + ")", "", without_name(b_[j].config), ""});
    }
  }

 private:
  // Equal names weigh more than any number of layers of one type.
  int weight(size_t i, size_t j) const {
    if (a_[i].type != b_[j].type) return 0;
    if (a_[i].name == b_[j].name) return 1000;
    return has_name(b_, a_[i].name) || has_name(a_, b_[j].name) ? 0 : 1;
  }

  void pair(size_t i, size_t j) {
    partner_of_a_[i] = j;
    partner_of_b_[j] = i;
  }

  void pair_moved() {
    for (size_t i = 0; i < a_.size(); i++)
      for (size_t j = 0; j < b_.size() && !partner_of_a_[i]; j++)
        if (!partner_of_b_[j] && a_[i].type == b_[j].type && a_[i].name == b_[j].name) {
          pair(i, j);
          differences_.push_back(
              {a_[i].name, "after " + a_[i].before, "after " + b_[j].before, "place of the layer"});
        }
  }

  void tell(size_t i) {
    const LayerOf& a = a_[i];
    if (!partner_of_a_[i]) {
      differences_.push_back(
          {a.name + " (after " + a.before + ")", without_name(a.config), "", ""});
      return;
    }
    const LayerOf& b = b_[*partner_of_a_[i]];
    std::vector<std::string> skipped{"name", "type", "init", "inputs"};
    if (a.type == "lrn") {
      skipped.insert(skipped.end(), {"alpha", "alpha_mode"});
      compare_lrn(a, b, differences_);
    }
    compare_members(a.name, a.config, b.config, alternative_of(type_, a.config), skipped,
                    differences_);
    compare_init(a, b, first_, second_, differences_);
  }

  const Config &first_, &second_;
  const ConfigType& type_;
  ConfigDifferences& differences_;
  std::vector<LayerOf> a_, b_;
  std::vector<std::optional<size_t>> partner_of_a_, partner_of_b_;
};

}  // namespace

void compare_layers(const Config& first, const Config& second, const ConfigType& layer_type,
                    ConfigDifferences& differences) {
  LayerComparison(first, second, layer_type, differences).run();
}

}  // namespace fovea
