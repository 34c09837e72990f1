// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/data/error.h"
#include "core/engine/plan_layout.h"

namespace mnemo {
namespace {

class Checker
{
public:
    Checker(const LanguageModel& model, const Plan& plan) : m_info(model.info()), m_sites(model.sites()), m_plan(plan)
    {
    }

    void checkTokens(const std::vector<int>& tokens) const
    {
        for (const int id : tokens)
            if (id < 0 || id >= m_info.vocabRows)
                throw Failure(ErrorCode::TargetNotInVocabulary,
                              "Token id " + std::to_string(id) + " is outside the model's " +
                                  std::to_string(m_info.vocabRows) + " tokens.",
                              "Use ids from 0 to " + std::to_string(m_info.vocabRows - 1) + ".");
        if (m_info.contextLength > 0 && int(tokens.size()) > m_info.contextLength)
            throw Failure(ErrorCode::PromptTooLong,
                          "The prompt has " + std::to_string(tokens.size()) + " tokens; this model reads " +
                              std::to_string(m_info.contextLength) + ".",
                          "Shorten the prompt.");
    }

    /// Entries per token of a site for a run of this length.
    int checkSite(const Site& site, int length) const
    {
        const auto found =
            std::find_if(m_sites.begin(), m_sites.end(), [&](const SiteInfo& info) { return info.kind == site.kind; });
        if (found == m_sites.end())
            throw Failure(ErrorCode::UnknownSite,
                          "The architecture " + m_info.architecture + " has no site \"" +
                              std::string(siteName(site.kind)) + "\".",
                          "Choose one of: " + siteList() + ".");
        if (isPerLayer(site.kind) ? site.layer < 0 || site.layer >= m_info.layers : site.layer != 0)
            throw Failure(ErrorCode::SiteNotReached,
                          "The site " + toString(site) + " is never reached: the model has layers 0 to " +
                              std::to_string(m_info.layers - 1) + ".",
                          "Choose a layer of this model.");
        if (site.tap && (site.kind != SiteKind::Conv || *site.tap > 0 || *site.tap < -3))
            throw Failure(ErrorCode::UnknownSite, "The site " + toString(site) + " is no tap of a convolution.",
                          "Use layers.N.conv[-3] to layers.N.conv[0].");
        return site.kind == SiteKind::Pattern ? found->width * length : found->width;
    }

    void checkPatch(RunId run, const Patch& patch) const
    {
        const int length = int(m_plan.tokensOf(run).size());
        const int width = checkSite(patch.site, length);
        const std::string where = "Run " + std::to_string(run) + ", patch at " + toString(patch.site);
        if (const HostTensor* value = valueOf(patch))
            checkWidth(where, *value, width);
        else if (const auto* copy = std::get_if<CopyFrom>(&patch.what))
            checkCopy(where, patch, int(m_plan.tokensOf(copy->run).size()), length);
        else if (const auto* reroute = std::get_if<Reroute>(&patch.what))
            checkReroute(where, patch, *reroute, length);
        else if (patch.site.kind != SiteKind::Pattern && patch.site.kind != SiteKind::S)
            throw Failure(ErrorCode::Usage, where + ": what a token takes from others can only be cut at s or pattern.",
                          "Use the site s (Mamba) or pattern (GPT-NeoX).");
    }

private:
    std::string siteList() const
    {
        std::string list;
        for (const SiteInfo& info : m_sites)
            list += (list.empty() ? "" : ", ") + std::string(siteName(info.kind));
        return list;
    }

    static void checkWidth(const std::string& where, const HostTensor& value, int width)
    {
        if (value.shape.back() != width)
            throw Failure(ErrorCode::Usage,
                          where + ": the value has " + std::to_string(value.shape.back()) +
                              " entries per token, the site " + std::to_string(width) + ".",
                          "Give a value of the site's width.");
    }

    static void checkCopy(const std::string& where, const Patch& patch, int sourceLength, int length)
    {
        if (patch.site.kind == SiteKind::Pattern && sourceLength != length)
            throw Failure(ErrorCode::Usage,
                          where + ": attention weights of " + std::to_string(sourceLength) +
                              " tokens cannot stand for those of " + std::to_string(length) + ".",
                          "Use two prompts of one length.");
    }

    void checkReroute(const std::string& where, const Patch& patch, const Reroute& reroute, int length) const
    {
        using enum SiteKind;
        const auto isOneOf = [](SiteKind kind, std::initializer_list<SiteKind> kinds) {
            return std::ranges::find(kinds, kind) != kinds.end();
        };
        if (!isOneOf(patch.site.kind, {BlockIn, AttnIn, MlpIn, Final}))
            throw Failure(ErrorCode::Usage, where + ": edges end at what a block reads.",
                          "Use block_in.j, attn_in.j, mlp_in.j or final.");
        for (const Site& source : reroute.sources) {
            checkSite(source, length);
            const bool before = patch.site.kind == Final || source.layer < patch.site.layer;
            if (source.kind != Embed && (!isOneOf(source.kind, {O, Attn, Mlp, H}) || !before))
                throw Failure(ErrorCode::Usage,
                              where + ": " + toString(source) + " is no source of an edge that ends there.",
                              "Use embed, or o, attn, mlp or h of a layer below.");
        }
    }

    const ModelInfo m_info;
    const std::vector<SiteInfo> m_sites;
    const Plan& m_plan;
};

}  // namespace

void checkPlan(const LanguageModel& model, const Plan& plan)
{
    plan.check();
    const Checker checker(model, plan);
    for (RunId run = 0; run < RunId(plan.runs.size()); ++run) {
        checker.checkTokens(plan.runs[std::size_t(run)].tokens);
        for (const Patch& patch : plan.runs[std::size_t(run)].patches)
            checker.checkPatch(run, patch);
    }
    for (const Readout& readout : plan.readouts) {
        for (const int token : readout.tokens)
            checker.checkTokens({token});
        if (readout.state)
            checker.checkSite(*readout.state, int(plan.tokensOf(readout.run).size()));
    }
}

}  // namespace mnemo
