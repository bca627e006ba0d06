// SPDX-License-Identifier: Apache-2.0
// The interpreter by itself, on PTX written here.
#include "interpreter/machine.h"
#include "interpreter/parser.h"

#include <catch2/catch.hpp>

#include <numeric>
#include <string>
#include <vector>

namespace {

using Catch::Matchers::Contains;

template <class T>
ptx::Memory::Buffer buffer(std::vector<T>& values) {
  return {reinterpret_cast<std::byte*>(values.data()), values.size() * sizeof(T)};
}

std::string kernel_text(const std::string& body) {
  return ".version 9.0\n.target sm_80\n.address_size 64\n"
         ".visible .entry k(.param .u64 k_param_0)\n{\n"
         ".reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<16>; .reg .f32 %f<8>; .reg .b64 %d<8>;\n"
         "ld.param.u64 %d0, [k_param_0];\nmov.u32 %r0, %tid.x;\n"
         "mul.wide.u32 %d1, %r0, 4;\nadd.s64 %d0, %d0, %d1;\n" +
         body + "\nret;\n}\n";
}

// Runs a body that finds its thread's index in %r0 and the address of its word in %d0.
std::vector<uint32_t> run_body(const std::string& body, uint32_t threads = 32,
                               size_t dynamic_shared_bytes = 0) {
  const ptx::Module module = ptx::parse(kernel_text(body));
  std::vector<uint32_t> words(threads);
  ptx::run(module.kernel("k"), {.grid = {},
                                .block = {threads, 1, 1},
                                .dynamic_shared_bytes = dynamic_shared_bytes,
                                .parameters = ptx::Arguments().add(words.data()).bytes(),
                                .buffers = {buffer(words)}});
  return words;
}

uint32_t first_word(const std::string& body) {
  return run_body(body + "\nst.global.u32 [%d0], %r1;").front();
}

}  // namespace

TEST_CASE("PTX arithmetic wraps, widens and shifts as the manual says") {
  CHECK(first_word("mov.u32 %r2, 4294967295; add.s32 %r1, %r2, 2;") == 1);
  CHECK(first_word("mov.u32 %r2, -3; mul.lo.s32 %r1, %r2, 5;") == uint32_t(-15));
  CHECK(first_word("mov.u32 %r2, -2; mul.hi.u32 %r1, %r2, %r2;") == 0xfffffffc);
  CHECK(first_word("mov.u32 %r2, -2; mul.hi.s32 %r1, %r2, 3;") == 0xffffffff);
  CHECK(first_word("mov.u32 %r2, 7; mad.lo.s32 %r1, %r2, 6, -2;") == 40);
  CHECK(first_word("mov.u32 %r2, 1; shl.b32 %r1, %r2, 32;") == 0);
  CHECK(first_word("mov.u32 %r2, -8; shr.s32 %r1, %r2, 1;") == uint32_t(-4));
  CHECK(first_word("mov.u32 %r2, -8; shr.u32 %r1, %r2, 40;") == 0);
  CHECK(first_word("mov.u32 %r2, 12; and.b32 %r3, %r2, 10; xor.b32 %r1, %r3, 1;") == 9);
  CHECK(first_word("mov.u32 %r2, 17; rem.u32 %r3, %r2, 5; div.u32 %r1, %r3, 2;") == 1);
  CHECK(first_word("mov.b32 %r2, 0x00020001; mov.b32 {%h1, %h2}, %r2; mov.b32 %r1, {%h2, %h1};") ==
        0x00010002);
}

TEST_CASE("PTX float arithmetic and conversions") {
  CHECK(first_word(
            "mov.f32 %f1, 0f40000000; fma.rn.f32 %f2, %f1, %f1, 0f3F800000; mov.b32 %r1, %f2;") ==
        0x40A00000);  // 2 * 2 + 1
  CHECK(first_word("mov.f32 %f1, 0fC0200000; cvt.rzi.s32.f32 %r1, %f1;") == uint32_t(-2));
  CHECK(first_word("mov.f32 %f1, 0f4F800000; cvt.rzi.s32.f32 %r1, %f1;") == 0x7fffffff);
  CHECK(first_word("mov.f32 %f1, 0f3F801000; cvt.rna.tf32.f32 %r1, %f1;") == 0x3F802000);
  CHECK(first_word("mov.f32 %f1, 0f3F801000; cvt.rn.f16.f32 %h1, %f1; cvt.u32.u16 %r1, %h1;") ==
        0x3C00);  // a tie goes to the even neighbour
  CHECK(first_word("mov.u32 %r2, 255; cvt.s32.s8 %r1, %r2;") == 0xffffffff);
}

TEST_CASE("PTX relations with a NaN") {
  const auto relation = [](const std::string& name) {
    return first_word("mov.f32 %f1, 0f7FC00000; mov.f32 %f2, 0f00000000; setp." + name +
                      ".f32 %p1, %f1, %f2; selp.u32 %r1, 1, 0, %p1;");
  };
  for (const char* name : {"eq", "ne", "lt", "le", "gt", "ge", "num"}) CHECK(relation(name) == 0);
  for (const char* name : {"equ", "neu", "ltu", "leu", "gtu", "geu", "nan"})
    CHECK(relation(name) == 1);
}

TEST_CASE("Lanes that branch apart meet again") {
  // Lane i turns i times, then all store and a warp instruction finds them together.
  const std::vector<uint32_t> words = run_body(
      ".shared .align 16 .b8 t[512];\n"
      "mov.u32 %r1, 0; mov.u32 %r2, %r0;\n"
      "$L_loop:\nsetp.eq.u32 %p1, %r2, 0; @%p1 bra $L_end;\n"
      "add.u32 %r1, %r1, 3; sub.u32 %r2, %r2, 1; bra.uni $L_loop;\n"
      "$L_end:\nmov.u32 %r4, t; shl.b32 %r5, %r0, 4; add.u32 %r4, %r4, %r5;\n"
      "st.shared.u32 [%r4], %r1;\n"
      "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r6}, [%r4];\nst.global.u32 [%d0], %r1;");
  for (uint32_t i = 0; i < 32; i++) CHECK(words[i] == 3 * i);
}

TEST_CASE("A barrier lets every warp see what the others stored") {
  const std::vector<uint32_t> words = run_body(
      ".shared .align 4 .b8 t[512];\n"
      "mov.u32 %r1, t; shl.b32 %r2, %r0, 2; add.u32 %r3, %r1, %r2; st.shared.u32 [%r3], %r0;\n"
      "bar.sync 0;\n"
      "sub.u32 %r4, 508, %r2; add.u32 %r4, %r1, %r4; ld.shared.u32 %r5, [%r4];\n"
      "st.global.u32 [%d0], %r5;",
      128);
  for (uint32_t i = 0; i < 128; i++) CHECK(words[i] == 127 - i);
}

TEST_CASE("Asynchronous copies arrive when they are waited for") {
  const std::string copy =
      ".shared .align 16 .b8 t[128];\n"
      "mov.u32 %r1, t; shl.b32 %r2, %r0, 2; add.u32 %r3, %r1, %r2; add.u32 %r9, %r0, 1;\n"
      "st.shared.u32 [%r3], 99; st.global.u32 [%d0], %r9;\n"
      "cp.async.ca.shared.global [%r3], [%d0], 4; cp.async.commit_group;\n";
  const std::string read = "ld.shared.u32 %r4, [%r3]; st.global.u32 [%d0], %r4;";
  CHECK(run_body(copy + "cp.async.wait_group 0;\n" + read)[7] == 8);
  CHECK(run_body(copy + "cp.async.wait_group 1;\n" + read)[7] == 99);
}

TEST_CASE("PTX bit fields and counts") {
  CHECK(first_word("mov.u32 %r2, 0x12345678; bfe.u32 %r1, %r2, 8, 12;") == 0x456);
  CHECK(first_word("mov.u32 %r2, 0x00000f00; bfe.s32 %r1, %r2, 8, 4;") == 0xffffffff);
  CHECK(first_word("mov.u32 %r2, 0x12345678; bfi.b32 %r1, 0xabc, %r2, 4, 8;") == 0x12345bc8);
  CHECK(first_word("mov.u32 %r2, 0x12345678; popc.b32 %r1, %r2;") == 13);
  CHECK(first_word("mov.u32 %r2, 0x00345678; clz.b32 %r1, %r2;") == 10);
  CHECK(first_word("mov.u32 %r2, 0x33221180; prmt.b32 %r1, %r2, 0x77665544, 0x4283;") ==
        0x4422ff33);
}

TEST_CASE("PTX shuffles and votes") {
  const auto shuffled = [](const std::string& text) {
    return run_body(text + "\nst.global.u32 [%d0], %r1;");
  };
  const auto down = shuffled("shfl.sync.down.b32 %r1|%p1, %r0, 4, 31, -1;");
  const auto up = shuffled("shfl.sync.up.b32 %r1, %r0, 1, 0, -1;");
  const auto bfly = shuffled("shfl.sync.bfly.b32 %r1, %r0, 5, 31, -1;");
  const auto idx = shuffled("shfl.sync.idx.b32 %r1, %r0, 9, 6175, -1;");  // segments of 8
  const auto ballot = shuffled("setp.gt.u32 %p1, %r0, 29; vote.sync.ballot.b32 %r1, !%p1, -1;");
  for (uint32_t lane = 0; lane < 32; lane++) {
    CHECK(down[lane] == (lane + 4 < 32 ? lane + 4 : lane));
    CHECK(up[lane] == (lane ? lane - 1 : 0));
    CHECK(bfly[lane] == (lane ^ 5));
    CHECK(idx[lane] == (lane & 24) + 1);
    CHECK(ballot[lane] == 0x3fffffff);
  }
  CHECK_THROWS_WITH(run_body("shfl.sync.down.b32 %r1, %r0, 1, 31, 3;"), Contains("other lanes"));
}

TEST_CASE("PTX atomics") {
  const std::vector<uint32_t> words = run_body(
      ".shared .align 4 .b8 t[4];\n"
      "mov.u32 %r1, t; setp.ne.u32 %p1, %r0, 0; @%p1 bra $L_add; st.shared.u32 [%r1], 5;\n"
      "$L_add:\nbar.sync 0; atom.shared.add.u32 %r2, [%r1], 2; bar.sync 0;\n"
      "ld.shared.u32 %r3, [%r1]; st.global.u32 [%d0], %r3;");
  for (const uint32_t word : words) CHECK(word == 5 + 2 * 32);
}

TEST_CASE("Errors of PTX name the line") {
  CHECK_THROWS_WITH(run_body("frobnicate.u32 %r1, %r2;"),
                    Contains("line 11") && Contains("frobnicate.u32 is not supported"));
  CHECK_THROWS_WITH(run_body("add.sat.s32 %r1, %r2, %r3;"), Contains("modifier .sat"));
  CHECK_THROWS_WITH(run_body("add.s32 %r1, %x9, %r3;"), Contains("special register %x9"));
  CHECK_THROWS_WITH(run_body("add.s32 %r1, unknown, %r3;"), Contains("'unknown' was not declared"));
  CHECK_THROWS_WITH(run_body("bra $L_nowhere;"), Contains("no label $L_nowhere"));
  CHECK_THROWS_WITH(run_body("ld.global.u32 %r1, [%d0+256];"),
                    Contains("outside of every global buffer"));
  CHECK_THROWS_WITH(run_body("ld.global.u32 %r1, [%d0+2];"), Contains("misaligned"));
  CHECK_THROWS_WITH(run_body("ld.shared.u32 %r1, [64];"), Contains("outside of shared memory"));
  CHECK_THROWS_WITH(
      run_body("setp.eq.u32 %p1, %r0, 3; @%p1 ret; .shared .align 16 .b8 t[512];"
               " mov.u32 %r1, t; ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r2}, [%r1];"),
      Contains("a part of the warp"));
  CHECK_THROWS_WITH(ptx::parse(".visible .func f() { ret; }"), Contains(".func is not supported"));
  CHECK_THROWS_WITH(ptx::parse(".entry k() { ret;"), Contains("kernel k does not end"));
}
