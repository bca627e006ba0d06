// SPDX-License-Identifier: Apache-2.0
// How the work of a net is divided over ranks, and one rank's part of a net
// (docs/decisions/0008-placements.md).
#pragma once

#include <fovea/core/comm/communicator.h>
#include <fovea/layers/net.h>

#include <cstdint>
#include <vector>

namespace FOVEA_API fovea {

struct NetDivision;

enum class Placement : uint8_t {
  data,     // each rank has the whole net and its share of the batch
  columns,  // each rank has its groups of channels, and the whole batch: the paper's two GPUs
  hybrid    // convolutions as data; behind the first linear layer as columns ("one weird trick")
};

struct RankPlace {
  int rank = 0, ranks = 1;
  Communicator* communicator = nullptr;  // null: for a net that is looked at and never run
  // Whether layers are divided so that gradients have the bits of one device, which takes more
  // messages: each rank goes on with the linear layers' sums of the rank before, and gathers what
  // convolutions add over all their filters. On the CPU only.
  bool in_order = false;
};

// What a rank's gradient of a parameter is.
enum class GradientShare : uint8_t {
  own,      // of this rank's part of the parameter, which no other has: complete
  partial,  // of the rank's share of the batch: the sum over the ranks is wanted
  equal     // all ranks have computed the same, of the whole batch
};

// Where a rank's parameter belongs in the whole net.
struct ParameterPart {
  GradientShare share = GradientShare::own;
  int64_t offset = 0, elements = 0;  // of the whole parameter, in the whole net's arena
  int64_t begin = 0;                 // of the rank's part in that parameter
};

// A rank's part of a net. Its layers are those of the whole net or parts of them, with layers
// between them that exchange tensors with the other ranks; the output is whole on every rank. All
// ranks run it in step, with the same seed: columns with the whole batch, data and hybrid with
// their share of it (BatchPosition::whole).
class PlacedNet {
 public:
  // Throws LayerError naming the layer that so many ranks cannot divide, ArgumentError when columns
  // would divide nothing. The parameters are 0 until take().
  PlacedNet(const Net& whole, Placement placement, const RankPlace& place);
  PlacedNet(PlacedNet&&) noexcept = default;

  Net& net() { return net_; }
  const Net& net() const { return net_; }
  Placement placement() const { return placement_; }
  // One for each of net().parameters().
  const std::vector<ParameterPart>& parts() const { return parts_; }
  // Whether some gradients are of one kind.
  bool has(GradientShare share) const;

  // An arena is a tensor like net().values(): weights, gradients or velocities, wherever it lies.
  // From an arena of the whole net to one of this rank's.
  void take(const Tensor& whole, const Tensor& mine) const;
  // The reverse, of all ranks together: every rank calls it, with an arena on its own device, and
  // gets all of it; `whole` may be empty where nobody wants it. What is not divided comes from each
  // rank itself.
  void collect(Context& ctx, const Tensor& mine, const Tensor& whole) const;

  // Runs of neighbouring elements of the arena whose gradients are of one kind.
  struct Range {
    int64_t begin, end;
    GradientShare share;
  };
  const std::vector<Range>& ranges() const { return ranges_; }

 private:
  PlacedNet(const Net& whole, Placement placement, const RankPlace& place, NetDivision division);
  void find_parts(const Net& whole, const NetDivision& division);
  void find_ranges();
  void check_divided() const;
  // What parameter i has in an arena of the whole net: all of it, or this rank's part.
  Tensor whole_of(size_t i, const Tensor& arena) const;
  Tensor part_of(size_t i, const Tensor& arena) const;

  Placement placement_;
  RankPlace place_;
  Net net_;
  std::vector<ParameterPart> parts_;
  std::vector<Range> ranges_;
};

}  // namespace fovea
