// SPDX-License-Identifier: Apache-2.0
// Elementary functions with the same bits everywhere: only IEEE + - * / fma sqrt and integer
// operations, in this order, written over a policy `Ops` (math.h has the scalar one and says what a
// policy needs). No include guard: this text is included inside a namespace, once for each
// instruction set or device, after FOVEA_MATH is defined as what precedes a function there.
// Polynomials are minimax fits; coefficients are exact floats.
#ifndef FOVEA_MATH
#define FOVEA_MATH inline
#endif

// c0 + x (c1 + x (c2 + ...))
template <class Ops, class F>
FOVEA_MATH F polynomial(F, float c0) {
  return Ops::set(c0);
}
template <class Ops, class F, class... Rest>
FOVEA_MATH F polynomial(F x, float c0, Rest... rest) {
  return Ops::fma(x, polynomial<Ops>(x, rest...), Ops::set(c0));
}

// The integer nearest to x, in the low bits of x + kRound. REQUIRES: |x| < 2^22.
template <class Ops, class F>
FOVEA_MATH F round_with_bits(F x) {
  return Ops::add(x, Ops::set(0x1.8p23f));
}
template <class Ops, class F>
FOVEA_MATH F rounded_value(F with_bits) {
  return Ops::sub(with_bits, Ops::set(0x1.8p23f));
}

// 2^n e^r for a whole n, |n| <= 252, and |r| <= 0.35; rounded once more where it is subnormal.
template <class Ops, class F>
FOVEA_MATH F scaled_exp(F n, F r) {
  const F p = polynomial<Ops>(r, 0x1.fffffcp-2f, 0x1.55548ap-3f, 0x1.555916p-5f, 0x1.123fc6p-7f,
                              0x1.6a1a6cp-10f);
  const F y = Ops::add(Ops::fma(Ops::mul(r, r), p, r), Ops::set(1.0f));
  const auto whole = Ops::sub_int(Ops::bits(round_with_bits<Ops>(n)), Ops::set_int(0x4b400000));
  const auto half = Ops::template shift_right<1>(whole);
  const auto rest = Ops::sub_int(whole, half);
  const auto bias = Ops::set_int(127);
  const F scale = Ops::from_bits(Ops::template shift_left<23>(Ops::add_int(half, bias)));
  const F scale_rest = Ops::from_bits(Ops::template shift_left<23>(Ops::add_int(rest, bias)));
  return Ops::mul(Ops::mul(y, scale), scale_rest);
}

// Within 1 ulp; 0 below -104, infinite above 88.73; NaN for NaN.
template <class Ops, class F>
FOVEA_MATH F exp(F x) {
  x = Ops::select(Ops::less(x, Ops::set(-104.0f)), Ops::set(-104.0f), x);
  x = Ops::select(Ops::less(Ops::set(89.0f), x), Ops::set(89.0f), x);
  const F n =
      rounded_value<Ops>(round_with_bits<Ops>(Ops::mul(x, Ops::set(0x1.715476p0f))));  // x / ln 2
  const F r = Ops::fma(n, Ops::set(-0x1.62e43p-1f), x);
  return scaled_exp<Ops>(n, Ops::fma(n, Ops::set(0x1.05c61p-29f), r));
}

// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), for finite x > 0.
template <class F>
struct Split {
  F k, f;
};
template <class Ops, class F>
FOVEA_MATH Split<F> split(F x) {
  const auto subnormal = Ops::less(x, Ops::set(0x1p-126f));
  const auto bits = Ops::bits(Ops::select(subnormal, Ops::mul(x, Ops::set(0x1p23f)), x));
  const auto k =
      Ops::template shift_right<23>(Ops::sub_int(bits, Ops::set_int(0x3f3504f3)));  // sqrt(1/2)
  const F m = Ops::from_bits(Ops::sub_int(bits, Ops::template shift_left<23>(k)));
  const F shift = Ops::select(subnormal, Ops::set(-23.0f), Ops::set(0.0f));
  return {Ops::add(Ops::to_float(k), shift), Ops::sub(m, Ops::set(1.0f))};
}

// log(1 + f) - f + f^2 / 2 for 1 + f in [sqrt(1/2), sqrt(2)).
template <class Ops, class F>
FOVEA_MATH F log1p_rest(F f) {
  const F p = polynomial<Ops>(f, 0x1.555554p-2f, -0x1.000226p-2f, 0x1.99a00cp-3f, -0x1.54725p-3f,
                              0x1.22d9e2p-3f, -0x1.0d84acp-3f, 0x1.055c5ep-3f, -0x1.38ba22p-4f);
  return Ops::mul(Ops::mul(Ops::mul(f, f), f), p);
}

// What a function of x > 0 gives at the border: `y` for 0 < x < inf, `at_zero`, `at_infinity`, and
// NaN for x < 0 or NaN.
template <class Ops, class F>
FOVEA_MATH F with_limits(F x, F y, float at_zero, float at_infinity) {
  const F zero = Ops::set(0.0f), infinity = Ops::set(__builtin_inff());
  const F inside = Ops::select(Ops::less(x, infinity), y, Ops::set(at_infinity));
  const F outside =
      Ops::select(Ops::equal(x, zero), Ops::set(at_zero), Ops::set(__builtin_nanf("")));
  return Ops::select(Ops::less(zero, x), inside, outside);
}

// Within 1 ulp; -inf at 0, NaN below.
template <class Ops, class F>
FOVEA_MATH F log(F x) {
  const Split<F> s = split<Ops>(x);
  F y = Ops::fma(s.k, Ops::set(-0x1.bd0106p-13f), log1p_rest<Ops>(s.f));  // ln 2 - 0x1.63p-1
  y = Ops::fma(Ops::set(-0.5f), Ops::mul(s.f, s.f), y);
  y = Ops::fma(s.k, Ops::set(0x1.63p-1f), Ops::add(y, s.f));
  return with_limits<Ops>(x, y, -__builtin_inff(), __builtin_inff());
}

// s^-beta for s >= 0 and |beta| <= 64, to (1 + beta) 1e-7 relative; 2^-beta(k + log2(1 + f)) with
// the product beta k kept in two floats.
template <class Ops, class F>
FOVEA_MATH F general_negative_power(F s, float beta) {
  const F b = Ops::set(-beta), ln2 = Ops::set(0x1.62e43p-1f);
  const Split<F> parts = split<Ops>(s);
  const F half_square = Ops::mul(Ops::set(-0.5f), Ops::mul(parts.f, parts.f));
  const F log_f = Ops::add(parts.f, Ops::add(half_square, log1p_rest<Ops>(parts.f)));
  const F exponent = Ops::mul(b, parts.k);
  const F low = Ops::fma(b, parts.k, Ops::sub(Ops::set(0.0f), exponent));
  const F log_y = Ops::mul(b, log_f);
  F n =
      rounded_value<Ops>(round_with_bits<Ops>(Ops::fma(log_y, Ops::set(0x1.715476p0f), exponent)));
  const F fraction = Ops::add(Ops::sub(exponent, n), low);
  const F r = Ops::fma(fraction, ln2, Ops::fma(fraction, Ops::set(-0x1.05c61p-29f), log_y));
  n = Ops::select(Ops::less(n, Ops::set(-252.0f)), Ops::set(-252.0f), n);
  n = Ops::select(Ops::less(Ops::set(252.0f), n), Ops::set(252.0f), n);
  const float at_zero = beta > 0 ? __builtin_inff() : 0.0f;
  const float at_infinity = beta > 0 ? 0.0f : __builtin_inff();
  return with_limits<Ops>(s, scaled_exp<Ops>(n, r), at_zero, at_infinity);
}

// s^-0.75 to 1.2e-7 relative for 2^-40 < s < 2^40: a guess from the bits of s, then two steps of
// third order towards s^3 y^4 = 1.
template <class Ops, class F>
FOVEA_MATH F inverse_three_quarters_power_near_1(F s) {
  const auto bits = Ops::bits(s);
  const auto guess = Ops::sub_int(Ops::set_int(0x6f150000),
                                  Ops::sub_int(bits, Ops::template shift_right<2>(bits)));
  F y = Ops::from_bits(guess);
  const F cube = Ops::mul(Ops::mul(s, s), s);
  for (int step = 0; step < 2; step++) {
    const F square = Ops::mul(y, y);
    const F h = Ops::fma(cube, Ops::mul(square, square), Ops::set(-1.0f));
    y = Ops::fma(Ops::mul(y, h), Ops::fma(Ops::set(0.15625f), h, Ops::set(-0.25f)), y);
  }
  return y;
}

// The same for all s >= 0: far from 1, where s^3 would leave the floats, the general way.
template <class Ops, class F>
FOVEA_MATH F inverse_three_quarters_power(F s) {
  const F y = inverse_three_quarters_power_near_1<Ops>(s);
  const auto near = Ops::both(Ops::less(Ops::set(0x1p-40f), s), Ops::less(s, Ops::set(0x1p40f)));
  if (Ops::all(near)) return y;
  return Ops::select(near, y, general_negative_power<Ops>(s, 0.75f));
}

// s^-beta for s >= 0: infinite at 0 and 0 at infinity for beta > 0, NaN for NaN, 1 for beta 0.
// Powers that networks use are fast: 0.75, 0.5 (1.5 ulp) and 1.
template <class Ops, class F>
FOVEA_MATH F negative_power(F s, float beta) {
  if (beta == 0.75f) return inverse_three_quarters_power<Ops>(s);
  if (beta == 0.5f) return Ops::div(Ops::set(1.0f), Ops::sqrt(s));
  if (beta == 1.0f) return Ops::div(Ops::set(1.0f), s);
  if (beta == 0.0f) return Ops::set(1.0f);
  return general_negative_power<Ops>(s, beta);
}

// Within 2 ulp.
template <class Ops, class F>
FOVEA_MATH F tanh(F x) {
  const F magnitude = Ops::abs(x), square = Ops::mul(x, x), one = Ops::set(1.0f);
  const F e = exp<Ops>(Ops::add(magnitude, magnitude));
  const F far = Ops::sub(one, Ops::div(Ops::set(2.0f), Ops::add(e, one)));
  const F p = polynomial<Ops>(square, -0x1.555534p-2f, 0x1.11075ep-3f, -0x1.b842c4p-5f,
                              0x1.524c4p-6f, -0x1.767a14p-8f);
  const F near = Ops::fma(Ops::mul(magnitude, square), p, magnitude);
  const F y = Ops::select(Ops::less(magnitude, Ops::set(0.625f)), near, far);
  const auto sign = Ops::and_int(Ops::bits(x), Ops::set_int(-0x7fffffff - 1));
  return Ops::from_bits(Ops::xor_int(Ops::bits(y), sign));
}

// 1 / (1 + e^-x), within 3 ulp for both signs.
template <class Ops, class F>
FOVEA_MATH F sigmoid(F x) {
  const F one = Ops::set(1.0f);
  const F e = exp<Ops>(Ops::sub(Ops::set(0.0f), Ops::abs(x)));
  return Ops::div(Ops::select(Ops::less(x, Ops::set(0.0f)), e, one), Ops::add(one, e));
}

template <class F>
struct SinCos {
  F sin, cos;
};

// Sine and cosine of 2 pi u, to 1e-7 absolute and 2 ulp; exact at quarter turns. REQUIRES: |u| <
// 2^20; NaN for NaN.
template <class Ops, class F>
FOVEA_MATH SinCos<F> sin_cos_turns(F u) {
  const F with_bits = round_with_bits<Ops>(Ops::mul(Ops::set(4.0f), u));
  const F r = Ops::fma(Ops::set(-0.25f), rounded_value<Ops>(with_bits), u);  // in [-1/8, 1/8]
  const F square = Ops::mul(r, r);
  const F p =
      polynomial<Ops>(square, -0x1.4abbcep+5f, 0x1.466b78p+6f, -0x1.32adccp+6f, 0x1.44510cp+5f);
  const F correction = Ops::fma(square, p, Ops::set(-0x1.777a5cp-23f));
  const F sine = Ops::fma(r, Ops::set(0x1.921fb6p+2f), Ops::mul(r, correction));
  const F q =
      polynomial<Ops>(square, -0x1.3bd3ccp+4f, 0x1.03c1aep+6f, -0x1.55b146p+6f, 0x1.d47d4ap+5f);
  const F cosine = Ops::fma(square, q, Ops::set(1.0f));
  const auto quarter = Ops::bits(with_bits);
  const auto even = Ops::is_zero(Ops::and_int(quarter, Ops::set_int(1)));
  const auto two = Ops::set_int(2);
  const auto sine_sign = Ops::template shift_left<30>(Ops::and_int(quarter, two));
  const auto next = Ops::add_int(quarter, Ops::set_int(1));
  const auto cosine_sign = Ops::template shift_left<30>(Ops::and_int(next, two));
  const auto signed_as = [](F value, auto sign) {
    return Ops::from_bits(Ops::xor_int(Ops::bits(value), sign));
  };
  return {signed_as(Ops::select(even, sine, cosine), sine_sign),
          signed_as(Ops::select(even, cosine, sine), cosine_sign)};
}

#undef FOVEA_MATH
