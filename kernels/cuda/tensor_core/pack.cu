// SPDX-License-Identifier: Apache-2.0
// Operands in the form that the products read.
#include "cuda/tensor_core/passes.h"

#include <type_traits>

namespace fovea::cuda::tensor_core {
namespace {

constexpr int kPackThreads = 256;

// Rows of `channels` floats as rows of `stored` elements, zeros behind the channels; a thread for
// each chunk.
template <class Format>
__global__ void __launch_bounds__(kPackThreads)
    pack_kernel(int64_t rows, int channels, int stored, const float* from,
                typename Format::Element* to) {
  constexpr int kChunk = Format::kChunk;
  const int64_t chunk = int64_t{blockIdx.x} * kPackThreads + threadIdx.x;
  if (chunk * kChunk >= rows * stored) return;
  typename Format::Element out[kChunk];
  if (channels == stored && reinterpret_cast<uintptr_t>(from) % 16 == 0) {
    const auto* quads = reinterpret_cast<const float4*>(from + chunk * kChunk);
#pragma unroll
    for (int i = 0; i < kChunk; i += 4) {
      const float4 v = quads[i / 4];
      store_as(v.x, out + i), store_as(v.y, out + i + 1);
      store_as(v.z, out + i + 2), store_as(v.w, out + i + 3);
    }
  } else {
    const int64_t row = chunk / (stored / kChunk);
    const int first = static_cast<int>(chunk % (stored / kChunk)) * kChunk;
#pragma unroll
    for (int i = 0; i < kChunk; i++)
      store_as(first + i < channels ? from[row * channels + first + i] : 0.0f, out + i);
  }
  uint4 bits;
  memcpy(&bits, out, sizeof bits);
  *reinterpret_cast<uint4*>(to + chunk * kChunk) = bits;
}

constexpr int kTurnEdge = 32, kTurnRows = 8;

// to (groups, channels, taps, stored) = w (groups, outputs, taps, channels), zeros behind the
// outputs. A block turns a square of 32 outputs and channels of one group and tap.
template <class Format, class Source>
__global__ void __launch_bounds__(kTurnEdge* kTurnRows)
    turn_kernel(const Source* w, int outputs, int taps, int channels, int stored,
                typename Format::Element* to) {
  __shared__ float square[kTurnEdge][kTurnEdge + 1];
  const int across = (channels + kTurnEdge - 1) / kTurnEdge;
  const int down = (stored + kTurnEdge - 1) / kTurnEdge;
  const int place = static_cast<int>(blockIdx.x), tile = place / across;
  const int first_channel = place % across * kTurnEdge, first_output = tile % down * kTurnEdge;
  const int tap = tile / down % taps;
  const int64_t group = tile / down / taps;
  const int x = static_cast<int>(threadIdx.x) % kTurnEdge;
  const int y = static_cast<int>(threadIdx.x) / kTurnEdge;
#pragma unroll
  for (int i = y; i < kTurnEdge; i += kTurnRows) {
    const int output = first_output + i, channel = first_channel + x;
    const bool exists = output < outputs && channel < channels;
    const int64_t at = ((group * outputs + output) * taps + tap) * channels + channel;
    square[i][x] = exists ? as_float(w[at]) : 0.0f;
  }
  __syncthreads();
#pragma unroll
  for (int i = y; i < kTurnEdge; i += kTurnRows) {
    const int channel = first_channel + i, output = first_output + x;
    if (channel >= channels || output >= stored) continue;
    store_as(square[x][i], to + ((group * channels + channel) * taps + tap) * stored + output);
  }
}

template <class Format>
bool is_packed_first(const Stored& array) {
  return std::is_same_v<Format, Bf16> || array.channels != array.stored;
}

// Whether products of the format read these filters where they are rounded beside their values.
template <class Format>
bool are_rounded(const Windows& g, const Weight& w) {
  return std::is_same_v<Format, Bf16> && w.rounded && g.c == g.c_stored &&
         reinterpret_cast<uintptr_t>(w.rounded.raw()) % kChunkBytes == 0;
}

}  // namespace

template <class Format>
size_t packed_bytes(const Stored& array) {
  if (!is_packed_first<Format>(array)) return 0;
  return Workspace::padded_for<typename Format::Element>(static_cast<size_t>(array.elements()));
}

template <class Format>
const typename Format::Element* packed(Context& ctx, Workspace::Scope& scope, const Stored& array,
                                       const float* from) {
  using Element = typename Format::Element;
  if (!is_packed_first<Format>(array)) return reinterpret_cast<const Element*>(from);
  auto* to = scope.take<Element>(static_cast<size_t>(array.elements()));
  const int64_t blocks = div_up(array.elements() / Format::kChunk, kPackThreads);
  launch(ctx, "pack_kernel", pack_kernel<Format>, static_cast<unsigned>(blocks), kPackThreads, 0,
         array.rows, array.channels, array.stored, from, to);
  return to;
}

template <class Format>
const typename Format::Element* packed_filters(Context& ctx, Workspace::Scope& scope,
                                               const Windows& g, const Weight& w) {
  if (are_rounded<Format>(g, w))
    return static_cast<const typename Format::Element*>(w.rounded.raw());
  return packed<Format>(ctx, scope, stored_w(g), w.data<float>());
}

// Large filters of one pixel, those of linear layers, are read as they are where that takes no
// packing.
template <class Format>
bool is_turned(const Windows& g, const Weight& w) {
  const Patches& x = g.patches;
  return g.taps() > 1 || x.stride_h * x.stride_w > 1 || g.c != g.c_stored ||
         (std::is_same_v<Format, Bf16> && !are_rounded<Format>(g, w));
}

template <class Format>
size_t turned_bytes(const Windows& g) {
  const int64_t elements = int64_t{g.groups} * g.c * g.taps() * g.k_stored;
  return Workspace::padded_for<typename Format::Element>(static_cast<size_t>(elements));
}

template <class Format>
const typename Format::Element* filters_of_gradient(Context& ctx, Workspace::Scope& scope,
                                                    const Windows& g, const Weight& w) {
  using Element = typename Format::Element;
  const bool rounded = are_rounded<Format>(g, w);
  if (!is_turned<Format>(g, w))
    return static_cast<const Element*>(rounded ? w.rounded.raw() : w.raw());
  const int64_t elements = int64_t{g.groups} * g.c * g.taps() * g.k_stored;
  auto* to = scope.take<Element>(static_cast<size_t>(elements));
  const int64_t blocks =
      div_up(g.c, kTurnEdge) * div_up(g.k_stored, kTurnEdge) * g.taps() * g.groups;
  const auto turn = [&]<class Source>(const Source* from) {
    launch(ctx, "turn_kernel", turn_kernel<Format, Source>, static_cast<unsigned>(blocks),
           kTurnEdge * kTurnRows, 0, from, g.k, g.taps(), g.c, g.k_stored, to);
  };
  if constexpr (std::is_same_v<Format, Bf16>) {
    if (rounded) return turn(w.rounded.data<BFloat16>()), to;
  }
  return turn(w.data<float>()), to;
}

template size_t packed_bytes<Tf32>(const Stored&);
template size_t packed_bytes<Bf16>(const Stored&);
template const float* packed<Tf32>(Context&, Workspace::Scope&, const Stored&, const float*);
template const BFloat16* packed<Bf16>(Context&, Workspace::Scope&, const Stored&, const float*);
template const float* packed_filters<Tf32>(Context&, Workspace::Scope&, const Windows&,
                                           const Weight&);
template const BFloat16* packed_filters<Bf16>(Context&, Workspace::Scope&, const Windows&,
                                              const Weight&);
template bool is_turned<Tf32>(const Windows&, const Weight&);
template bool is_turned<Bf16>(const Windows&, const Weight&);
template size_t turned_bytes<Tf32>(const Windows&);
template size_t turned_bytes<Bf16>(const Windows&);
template const float* filters_of_gradient<Tf32>(Context&, Workspace::Scope&, const Windows&,
                                                const Weight&);
template const BFloat16* filters_of_gradient<Bf16>(Context&, Workspace::Scope&, const Windows&,
                                                   const Weight&);

}  // namespace fovea::cuda::tensor_core
