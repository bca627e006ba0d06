// SPDX-License-Identifier: Apache-2.0
#include "net_division.h"

#include <fovea/core/error.h>
#include <fovea/layers/placement.h>

#include <algorithm>

namespace fovea {

PlacedNet::PlacedNet(const Net& whole, Placement placement, const RankPlace& place)
    : PlacedNet(whole, placement, place, divide_net(whole, placement, place)) {}

PlacedNet::PlacedNet(const Net& whole, Placement placement, const RankPlace& place,
                     NetDivision division)
    : placement_(placement), place_(place), net_(whole.input_shape(), division.nodes, {}) {
  find_parts(whole, division);
  find_ranges();
  check_divided();
}

void PlacedNet::find_parts(const Net& whole, const NetDivision& division) {
  for (size_t i = 0; i < division.nodes.size(); i++) {
    const NetDivision::Origin& origin = division.origins[i];
    if (origin.node < 0) continue;
    const Node& of_whole = whole.nodes()[static_cast<size_t>(origin.node)];
    const std::vector<int>& mine = net_.nodes()[i].parameters;
    for (size_t k = 0; k < mine.size(); k++) {
      const Parameter& all = whole.parameters()[static_cast<size_t>(of_whole.parameters[k])];
      const Shape& part = net_.parameters()[static_cast<size_t>(mine[k])].spec.shape;
      const bool is_part = origin.share == GradientShare::own;
      parts_.push_back({origin.share, static_cast<int64_t>(all.offset), all.spec.shape.elements(),
                        is_part ? place_.rank * part.elements() : 0});
    }
  }
}

void PlacedNet::find_ranges() {
  for (size_t i = 0; i < parts_.size(); i++) {
    const bool is_last = i + 1 == parts_.size();
    const int64_t end =
        is_last ? net_.values().elements() : static_cast<int64_t>(net_.parameters()[i + 1].offset);
    if (!ranges_.empty() && ranges_.back().share == parts_[i].share) {
      ranges_.back().end = end;
    } else {
      ranges_.push_back({static_cast<int64_t>(net_.parameters()[i].offset), end, parts_[i].share});
    }
  }
}

bool PlacedNet::has(GradientShare share) const {
  return std::ranges::any_of(parts_, [&](const ParameterPart& p) { return p.share == share; });
}

void PlacedNet::check_divided() const {
  if (placement_ != Placement::columns || has(GradientShare::own)) return;
  throw ArgumentError("columns: no layer of this net can be divided over " +
                      std::to_string(place_.ranks) + " ranks; take fewer, or another placement");
}

Tensor PlacedNet::whole_of(size_t i, const Tensor& arena) const {
  return arena.rows(parts_[i].offset, parts_[i].offset + parts_[i].elements);
}

Tensor PlacedNet::part_of(size_t i, const Tensor& arena) const {
  const int64_t elements = net_.parameters()[i].spec.shape.elements();
  return whole_of(i, arena).rows(parts_[i].begin, parts_[i].begin + elements);
}

namespace {

Tensor in_arena(const Tensor& arena, const Parameter& parameter) {
  const auto begin = static_cast<int64_t>(parameter.offset);
  return arena.rows(begin, begin + parameter.spec.shape.elements());
}

}  // namespace

void PlacedNet::take(const Tensor& whole, const Tensor& mine) const {
  for (size_t i = 0; i < parts_.size(); i++)
    in_arena(mine, net_.parameters()[i]).copy_from(part_of(i, whole));
}

void PlacedNet::collect(Context& ctx, const Tensor& mine, const Tensor& whole) const {
  for (size_t i = 0; i < parts_.size(); i++) {
    const Tensor part = in_arena(mine, net_.parameters()[i]);
    const Tensor all = whole ? whole_of(i, whole) : Tensor();
    if (parts_[i].share != GradientShare::own) {
      if (all) all.copy_from(part.reshaped({parts_[i].elements}));
      continue;
    }
    const bool in_place = all && all.device() == ctx.device();
    const Tensor here = in_place ? all : Tensor({parts_[i].elements}, DType::f32, ctx.device());
    place_.communicator->all_gather(ctx, part, here);
    place_.communicator->wait(ctx);
    if (all && !in_place) all.copy_from(here);
  }
}

}  // namespace fovea
