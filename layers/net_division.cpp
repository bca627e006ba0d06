// SPDX-License-Identifier: Apache-2.0
#include "net_division.h"

#include "chained_linear.h"
#include "exchange.h"
#include "ordered_conv2d.h"

#include <fovea/layers/linear.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace fovea {
namespace {

// How a value lies on the ranks.
struct Layout {
  bool rows = false;  // each rank has those of its share of the batch
  int64_t run = 0;    // each has its channels: `run` of every run * ranks; 0: all

  bool is_whole() const { return !rows && run == 0; }
};

// What a layer takes of a value.
enum class Need : uint8_t {
  own,    // the rank's channels
  parts,  // all of it, for a part of the layer: its gradients are to be added over the ranks
  whole   // all of it, for all of the layer: the same gradient on each rank
};

// What a rank has of a layer.
struct Work {
  std::shared_ptr<const Layer> layer;
  Need need = Need::whole;
  Layout output;
};

class Divider {
 public:
  Divider(const Net& whole, Placement placement, const RankPlace& place)
      : whole_(whole), placement_(placement), place_(place) {
    values_.push_back(0);
    layouts_.push_back({.rows = placement != Placement::columns});
  }

  NetDivision run() {
    for (size_t i = 0; i < whole_.nodes().size(); i++) add_node(i);
    if (placement_ != Placement::data)
      value_for(static_cast<int>(whole_.nodes().size()), Need::whole);
    return std::move(result_);
  }

 private:
  const Layout& layout(int value) const { return layouts_[static_cast<size_t>(value)]; }
  bool all_in_rows(const Node& node) const {
    return std::ranges::all_of(node.inputs, [&](int value) { return layout(value).rows; });
  }
  Shape shape(int value) const { return whole_.value_shape(value, 1); }
  ChannelShare share_of(int64_t run) const { return {place_.rank, place_.ranks, run}; }

  void add_node(size_t i) {
    const Node& node = whole_.nodes()[i];
    const bool in_rows = all_in_rows(node) && !leaves_rows(node);
    const Work work = in_rows ? Work{node.layer, Need::whole, {.rows = true}} : work_of(i);
    Node part{.name = node.name, .type = node.type, .layer = work.layer};
    for (const int value : node.inputs)
      part.inputs.push_back(in_rows ? values_[static_cast<size_t>(value)]
                                    : value_for(value, work.need));
    part.index = static_cast<int>(i);
    part.whole_batch = !in_rows;
    const GradientShare share = in_rows               ? GradientShare::partial
                                : work.output.run > 0 ? GradientShare::own
                                                      : GradientShare::equal;
    values_.push_back(append(std::move(part), {static_cast<int>(i), share}));
    layouts_.push_back(work.output);
  }

  // The first linear layers that can be divided are for the whole batch.
  bool leaves_rows(const Node& node) const {
    return placement_ == Placement::hybrid && node.inputs.size() == 1 &&
           shape(node.inputs[0]).rank() == 2 && node.layer->by_output(share_of(0)) != nullptr;
  }

  Work work_of(size_t i) const {
    const Node& node = whole_.nodes()[i];
    const int64_t run = common_run(node);
    if (const auto layer = run > 0 ? on_channels(i, run) : nullptr) {
      const bool keeps_run = node.output.rank() == 2;
      return {layer, Need::own, {.run = keeps_run ? run : node.output[-1] / place_.ranks}};
    }
    const Layout parts{.run = node.output[-1] / place_.ranks};
    auto layer = node.layer->by_output(share_of(0));
    if (layer && place_.in_order) {
      if (auto ordered = in_order(node.layer, layer))
        return {std::move(ordered), Need::whole, parts};
    }
    if (layer) return {std::move(layer), Need::parts, parts};
    return {node.layer, Need::whole, {}};
  }

  // The part of a layer with the gradients of one device; null when nobody knows how.
  std::shared_ptr<const Layer> in_order(const std::shared_ptr<const Layer>& whole,
                                        const std::shared_ptr<const Layer>& part) const {
    if (auto linear = std::dynamic_pointer_cast<const LinearLayer>(part))
      return std::make_shared<ChainedLinear>(place_, std::move(linear));
    if (auto conv = std::dynamic_pointer_cast<const Conv2dLayer>(part))
      return std::make_shared<OrderedConv2d>(place_, std::move(conv),
                                             std::dynamic_pointer_cast<const Conv2dLayer>(whole));
    return nullptr;
  }

  // Neighbouring channels that a rank has of every input, or could take of what is whole when that
  // saves parameters and work; 0 when there is no such number.
  int64_t common_run(const Node& node) const {
    const auto run_of = [&](int value) { return layout(value).run; };
    const int64_t run = run_of(node.inputs[0]), channels = shape(node.inputs[0])[-1];
    const bool equal =
        std::ranges::all_of(node.inputs, [&](int value) { return run_of(value) == run; });
    if (run > 0 || !equal) return equal ? run : 0;
    const bool worth_taking = !node.parameters.empty() && channels % place_.ranks == 0;
    return worth_taking ? channels / place_.ranks : 0;
  }

  std::shared_ptr<const Layer> on_channels(size_t i, int64_t run) const {
    const Node& node = whole_.nodes()[i];
    try {
      return node.layer->on_channels(share_of(run));
    } catch (const ArgumentError& error) {
      throw LayerError(i, '"' + node.name + "\" (" + node.type + ")", error.what());
    }
  }

  // The rank's value that holds what is needed of a value of the whole net; made when it is not
  // there yet.
  int value_for(int value, Need need) {
    const Layout& has = layout(value);
    const auto mine = values_[static_cast<size_t>(value)];
    const GradientIs gradient = need == Need::parts ? GradientIs::sum : GradientIs::whole;
    if (has.rows && need == Need::own)
      return exchanged(value, need, ".take", value_for(value, Need::whole), take());
    if (has.rows)
      return exchanged(value, need, ".rows", mine, std::make_shared<GatherRows>(place_, gradient));
    if (has.run > 0 && need != Need::own)
      return exchanged(value, need, ".gather", mine,
                       std::make_shared<GatherChannels>(place_, has.run, gradient));
    if (has.is_whole() && need == Need::own) return exchanged(value, need, ".take", mine, take());
    if (has.is_whole() && need == Need::parts && value != 0)
      return exchanged(value, need, ".sum", mine, std::make_shared<SumGradients>(place_));
    return mine;
  }

  std::shared_ptr<const Layer> take() const { return std::make_shared<TakeChannels>(place_); }

  // `name`: added to that of the value.
  int exchanged(int value, Need need, const char* name, int from,
                std::shared_ptr<const Layer> layer) {
    const auto [it, is_new] = exchanged_.try_emplace({value, need}, 0);
    if (!is_new) return it->second;
    const std::string of =
        value == 0 ? "input" : whole_.nodes()[static_cast<size_t>(value) - 1].name;
    Node node{.name = of + name + (need == Need::whole ? "_whole" : ""),
              .type = "exchange",
              .layer = std::move(layer),
              .inputs = {from}};
    node.index = static_cast<int>(whole_.nodes().size());  // nobody's random numbers
    node.whole_batch = true;
    return it->second = append(std::move(node), {});
  }

  int append(Node node, NetDivision::Origin origin) {
    result_.nodes.push_back(std::move(node));
    result_.origins.push_back(origin);
    return static_cast<int>(result_.nodes.size());
  }

  const Net& whole_;
  Placement placement_;
  RankPlace place_;
  std::vector<int> values_;      // the rank's, for each of the whole net
  std::vector<Layout> layouts_;  // of the whole net's values
  std::map<std::pair<int, Need>, int> exchanged_;
  NetDivision result_;
};

}  // namespace

NetDivision divide_net(const Net& whole, Placement placement, const RankPlace& place) {
  return Divider(whole, placement, place).run();
}

}  // namespace fovea
