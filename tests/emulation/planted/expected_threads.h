// SPDX-License-Identifier: Apache-2.0
// The threads that reports of planted bugs must name, by their number along x.
#pragma once
#include <cstdlib>

namespace planted {

// Which threads of the block can only be meant, where not any could.
struct Threads {
  const char* bug;
  bool (*right)(int thread, int other);
};
constexpr Threads threads_of[] = {
    {"writes_past_end", [](int thread, int) { return thread == 255; }},
    {"writes_before_begin", [](int thread, int) { return thread == 0; }},
    {"forgets_last_element", [](int thread, int) { return thread == 255; }},
    {"forgets_halo", [](int thread, int) { return thread == 0; }},
    {"reads_past_end", [](int thread, int) { return thread == 255; }},
    {"writes_far_away", [](int thread, int) { return thread == 7; }},
    {"divides_by_zero", [](int thread, int) { return thread == 0; }},
    {"indexes_shared_past_end", [](int thread, int) { return thread == 0; }},
    {"points_past_shared", [](int thread, int) { return thread == 0; }},
    {"hidden_past_shared", [](int thread, int) { return thread == 0; }},
    {"hidden_before_shared", [](int thread, int) { return thread == 0; }},
    {"leaves_its_row", [](int thread, int) { return thread == 0; }},
    {"leaves_dynamic_memory", [](int thread, int) { return thread == 0; }},
    {"copies_outside", [](int thread, int) { return thread == 31; }},
    {"reads_later_thread", [](int thread, int other) { return thread + other == 255; }},
    {"reads_earlier_thread", [](int thread, int other) { return std::abs(thread - other) == 1; }},
    {"overwrites_before_read",
     [](int thread, int other) { return std::abs(thread - other) % 254 == 1; }},  // or 255
    {"reuses_dynamic_memory",
     [](int thread, int other) { return std::abs(thread - other) % 64 == 32; }},
    {"waits_in_two_places", [](int thread, int other) { return thread / 32 != other / 32; }},
    {"barrier_in_one_branch", [](int thread, int other) { return thread / 32 != other / 32; }},
    {"counts_against_waits", [](int thread, int other) { return thread / 32 != other / 32; }},
    {"relies_on_lockstep", [](int thread, int other) { return thread + other == 31; }},
    {"synchronises_half", [](int thread, int other) { return thread + other == 31; }},
    {"mixes_collectives", [](int thread, int other) { return thread / 16 != other / 16; }},
    {"does_not_wait", [](int thread, int other) { return thread + other == 31; }},
    {"waits_for_too_few", [](int thread, int other) { return thread + other == 31; }},
    {"waits_without_barrier", [](int thread, int other) { return thread + other == 63; }},
    {"copies_over_readers", [](int thread, int other) { return thread + other == 63; }},
    {"adds_without_atomic", [](int thread, int other) { return thread == other; }},
    {"mixes_plain_and_atomic", [](int thread, int other) { return thread == other; }},
    {"reads_neighbour_block", [](int thread, int other) { return thread == other; }},
    {"all_write_one", [](int thread, int other) { return thread != other; }},
    {"counts_without_atomic", [](int thread, int other) { return (thread - other) % 2 == 0; }},
    {"writes_bytes", [](int thread, int other) { return thread / 2 == other / 2; }},
};

}  // namespace planted
