// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// Places in the forward pass where a state can be read or replaced (DESIGN.md §3, METHODS.md §1).
enum class SiteKind {
    Embed,    ///< embedding output, D
    BlockIn,  ///< the block's own copy of the residual, D (the bypass is not changed)
    N,        ///< Mamba: normed block input, D
    H,        ///< residual after the block, D
    A,        ///< Mamba: W_a n, E
    Conv,     ///< Mamba: convolution before SiLU, E; with a tap −3…0, that tap's term alone
    C,        ///< Mamba: SiLU(conv), the SSM's input, E
    Delta,    ///< Mamba: step size after softplus, E
    B,        ///< Mamba: write direction, N
    CRead,    ///< Mamba: read direction ("C" in print), N
    Write,    ///< Mamba: Δ B c, E·N
    State,    ///< Mamba: SSM state after the token, E·N
    S,        ///< Mamba: SSM output with the D skip, E
    Z,        ///< Mamba: gate before SiLU, E
    G,        ///< Mamba: gate after SiLU, E
    SG,       ///< Mamba: s ⊗ g, input of W_o, E
    O,        ///< block output added to the residual, D
    AttnIn,   ///< GPT-NeoX: the attention's own copy of the residual, D (METHODS.md §7.7: edges end here)
    Attn,     ///< GPT-NeoX: attention output after the dense projection, D
    Pattern,  ///< GPT-NeoX: attention weights of one query, H·T (keys of the run, zero beyond the query)
    MlpIn,    ///< GPT-NeoX: the MLP's own copy of the residual, D
    MlpAct,   ///< GPT-NeoX: input of W_down, 4D
    Mlp,      ///< GPT-NeoX: MLP output, D
    Final,    ///< input of the last norm, D
};

/// "s", "block_in", "mlp_act"; CRead prints as "C", C as "c", B as "B".
std::string_view siteName(SiteKind kind);
std::optional<SiteKind> siteKindFromName(std::string_view name);

/// True for sites that occur once per layer (all but embed and final).
bool isPerLayer(SiteKind kind);

/// One site of one layer. Prints as "layers.17.s", "layers.39.conv[-1]", "embed", "final".
struct Site {
    SiteKind kind = SiteKind::H;
    int layer = 0;           ///< 0-based; 0 for embed and final
    std::optional<int> tap;  ///< Conv only: −3…0; the patched position is the *output* position

    auto operator<=>(const Site&) const = default;
};

std::string toString(const Site& site);

/// Reads a pattern: "layers.17.s", "layers.3-5.s", "layers.*.s", "layers.39.conv[-1]", "embed".
/// @param layers number of layers of the model, bounds '*' and checks indices
/// @throws Failure UnknownSite naming the text and what is wrong with it
std::vector<Site> parseSites(std::string_view pattern, int layers);

}  // namespace mnemo
