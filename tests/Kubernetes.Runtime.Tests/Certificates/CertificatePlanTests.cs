using System.Security.Cryptography.X509Certificates;
using Kubernetes.Runtime.Certificates;

namespace Kubernetes.Runtime.Tests.Certificates;

public sealed class CertificatePlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CertificatePolicy Policy = new("test", CertificatePolicy.ForService("hooks", "home"));

    [Fact]
    [Trait("Guarantee", "V1")]
    public void A_first_authority_and_leaf_are_what_is_promised()
    {
        var made = CertificateMaterial.New(Policy, Start);
        made.Authorities.Count.ShouldBe(1);
        made.Signing.GetECDsaPrivateKey()!.KeySize.ShouldBe(256);
        made.Leaf.GetECDsaPrivateKey()!.KeySize.ShouldBe(256);
        Until(made.Signing).ShouldBe(Start.AddHours(-1).AddDays(3650));
        Until(made.Leaf).ShouldBe(Start.AddHours(-1).AddDays(90));
        foreach (var host in new[] { "hooks.home", "hooks.home.svc", "hooks.home.svc.cluster.local" })
        {
            made.Leaf.MatchesHostname(host, allowWildcards: false, allowCommonName: false).ShouldBeTrue(host);
        }

        made.Leaf.MatchesHostname("other.home.svc", allowWildcards: false, allowCommonName: false).ShouldBeFalse();
        made.Signing.Extensions.OfType<X509KeyUsageExtension>()
            .Single()
            .KeyUsages.ShouldBe(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("fd00::1")]
    [InlineData("operator.example.com")]
    [Trait("Guarantee", "V1")]
    public void An_operator_outside_the_cluster_is_known_by_its_host(string host)
    {
        var policy = new CertificatePolicy("test", [host]);
        var made = CertificateMaterial.New(policy, Start);
        made.Covers([host]).ShouldBeTrue();
        made.Covers(Policy.Hosts).ShouldBeFalse();
        CertificatePlan.Next(made, policy, Start).Step.ShouldBe(CertificateStep.Keep);
    }

    [Theory]
    [InlineData(0, "Keep")]
    [InlineData(59, "Keep")]
    [InlineData(61, "RenewLeaf")]
    [InlineData(89, "RenewLeaf")]
    [InlineData(400, "RenewLeaf")]
    [InlineData(2432, "RenewLeaf")]
    [InlineData(2434, "AddAuthority")]
    [InlineData(3649, "AddAuthority")]
    [InlineData(3651, "MakeAll")]
    [Trait("Guarantee", "V2")]
    public void Successors_are_made_after_two_thirds_of_a_lifetime(int days, string step)
    {
        var made = CertificateMaterial.New(Policy, Start);
        CertificatePlan.Next(made, Policy, Start.AddDays(days)).Step.ToString().ShouldBe(step);
    }

    [Fact]
    [Trait("Guarantee", "V2")]
    public void A_leaf_for_other_hosts_is_replaced() =>
        CertificatePlan
            .Next(CertificateMaterial.New(Policy with { Hosts = ["elsewhere"] }, Start), Policy, Start)
            .Step.ShouldBe(CertificateStep.RenewLeaf);

    /// <summary>A replica whose clock was ahead made them: no client takes them until its own clock is there.</summary>
    [Fact]
    [Trait("Guarantee", "V2")]
    public void What_is_not_valid_yet_is_made_anew()
    {
        var ahead = CertificateMaterial.New(Policy, Start.AddDays(2));
        CertificatePlan.Next(ahead, Policy, Start).Step.ShouldBe(CertificateStep.MakeAll);
        CertificatePlan.Next(ahead, Policy, Start.AddDays(2).AddMinutes(-30)).Step.ShouldBe(CertificateStep.Keep);

        var leafAhead = CertificateMaterial.New(Policy, Start).WithNewLeaf(Policy, Start.AddDays(2));
        CertificatePlan.Next(leafAhead, Policy, Start).Step.ShouldBe(CertificateStep.RenewLeaf);

        var authorityAhead = CertificateMaterial.New(Policy, Start).WithNewAuthority(Policy, Start.AddDays(2));
        CertificatePlan.Next(authorityAhead, Policy, Start).Step.ShouldBe(CertificateStep.AddAuthority);
        var made = CertificatePlan.Do(CertificateStep.AddAuthority, authorityAhead, Policy, Start);
        CertificatePlan.Next(made, Policy, Start).Step.ShouldBe(CertificateStep.Keep);
        // Clients trust the authority before, and no other yet.
        made.Leaf.ShouldBeSameAs(authorityAhead.Leaf);
    }

    /// <summary>Twelve years in steps of what is due: at no time a leaf outside its time, or one that a client may not trust.</summary>
    [Fact]
    [Trait("Guarantee", "V3")]
    public void At_every_moment_clients_trust_what_they_may_be_shown()
    {
        var now = Start;
        var end = Start.AddDays(12 * 365);
        var material = CertificateMaterial.New(Policy, now);
        // A client that looks seldom: it trusts the bundle of ten minutes ago; a replica may still show an older leaf.
        List<(DateTimeOffset At, CertificateMaterial Material)> history = [(now, material)];
        var authorities = new HashSet<string>();
        var steps = 0;
        while (now < end)
        {
            var decision = CertificatePlan.Next(material, Policy, now);
            if (decision.Step == CertificateStep.Keep)
            {
                decision.Until.ShouldBeGreaterThan(now);
                now = decision.Until;
                continue;
            }

            (++steps).ShouldBeLessThan(500);
            var before = material;
            material = CertificatePlan.Do(decision.Step, before, Policy, now);
            decision.Step.ShouldNotBe(CertificateStep.MakeAll);

            // Who has not yet heard of this step trusts what is shown after it, and who has, what was shown before it.
            Trusts(before.Authorities, material.Leaf, now).ShouldBeTrue($"{now:u} {decision}");
            foreach (var (_, old) in history.Where(past => Until(past.Material.Leaf) > now))
            {
                Trusts(material.Authorities, old.Leaf, now).ShouldBeTrue($"{now:u} {decision}: an old leaf");
            }

            history.Add((now, material));
            authorities.Add(material.Signing.Thumbprint);
            material.Authorities.Count.ShouldBeLessThanOrEqualTo(2);
        }

        authorities.Count.ShouldBe(2);
        material.Authorities.Count.ShouldBe(1);
        steps.ShouldBeGreaterThan(12 * 365 / 60);
    }

    private static DateTimeOffset Until(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();

    private static bool Trusts(IEnumerable<X509Certificate2> authorities, X509Certificate2 leaf, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities.ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        return chain.Build(leaf);
    }
}
