namespace Kubernetes.Runtime.Certificates;

/// <summary>What has to be done to certificates.</summary>
internal enum CertificateStep
{
    /// <summary>Nothing before <see cref="CertificateDecision.Until"/>.</summary>
    Keep,

    /// <summary>There is nothing that could be gone on from.</summary>
    MakeAll,

    /// <summary>A new authority is announced; the old one's leaf stays.</summary>
    AddAuthority,

    /// <summary>A new leaf by the authority that signs.</summary>
    RenewLeaf,

    /// <summary>Nothing that former authorities signed can be in use any more.</summary>
    DropFormerAuthorities,
}

/// <summary>A step, and why.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Reason">For the log.</param>
/// <param name="Until">For <see cref="CertificateStep.Keep"/>: when to ask again.</param>
internal readonly record struct CertificateDecision(
    CertificateStep Step,
    string Reason,
    DateTimeOffset Until = default
);

/// <summary>
/// Decides the next step. Pure. A new authority is announced for a while before its first leaf is shown, so that every
/// client trusts it by then; a former one stays until the last leaf it may have signed has expired.
/// </summary>
internal static class CertificatePlan
{
    public static CertificateDecision Next(CertificateMaterial current, CertificatePolicy policy, DateTimeOffset now)
    {
        var authorityUntil = Validity.Until(current.Signing);
        var authorityDue = policy.RenewalOf(Validity.From(current.Signing), authorityUntil);
        var authorityMade = Validity.From(current.Signing) + policy.Backdate;
        var announced = authorityMade + policy.Announcement;
        var leafUntil = Validity.Until(current.Leaf);
        var leafDue = policy.RenewalOf(Validity.From(current.Leaf), leafUntil);
        var isFormer = current.Issuer > 0;

        if (now < Validity.From(current.Signing))
        {
            const string Why = "the authority is not valid yet: a clock was ahead when it was made";
            return new(
                isFormer && now >= Validity.From(current.Leaf) ? CertificateStep.AddAuthority : CertificateStep.MakeAll,
                Why
            );
        }

        if (now >= authorityUntil)
        {
            return new(CertificateStep.MakeAll, "the authority has expired");
        }

        if (now >= authorityDue)
        {
            return new(CertificateStep.AddAuthority, $"the authority expires at {authorityUntil:u}");
        }

        if (!current.Covers(policy.Hosts))
        {
            return new(CertificateStep.RenewLeaf, $"the certificate is not for {string.Join(", ", policy.Hosts)}");
        }

        if (now < Validity.From(current.Leaf))
        {
            return new(
                CertificateStep.RenewLeaf,
                "the certificate is not valid yet: a clock was ahead when it was made"
            );
        }

        if (now >= leafUntil)
        {
            return new(CertificateStep.RenewLeaf, "the certificate has expired");
        }

        if (isFormer && now >= announced)
        {
            return new(CertificateStep.RenewLeaf, "a new authority signs");
        }

        if (!isFormer && now >= leafDue)
        {
            return new(CertificateStep.RenewLeaf, $"the certificate expires at {leafUntil:u}");
        }

        // The authority that signs made every leaf since it was made: those before lasted no longer than this.
        var formerGone = authorityMade + policy.LeafLifetime;
        if (current.Authorities.Count > 1 && !isFormer && now >= formerGone)
        {
            return new(CertificateStep.DropFormerAuthorities, "what the former authority signed has expired");
        }

        DateTimeOffset[] due =
        [
            authorityDue,
            isFormer ? Earlier(announced, leafUntil) : leafDue,
            current.Authorities.Count > 1 && !isFormer ? formerGone : authorityDue,
        ];
        return new(CertificateStep.Keep, "all is in its time", due.Min());
    }

    /// <summary>Does one step.</summary>
    public static CertificateMaterial Do(
        CertificateStep step,
        CertificateMaterial current,
        CertificatePolicy policy,
        DateTimeOffset now
    ) =>
        step switch
        {
            CertificateStep.MakeAll => CertificateMaterial.New(
                policy,
                now,
                current.Authorities.Skip(1).Where(former => Validity.Until(former) > now)
            ),
            CertificateStep.AddAuthority => current.WithNewAuthority(policy, now),
            CertificateStep.RenewLeaf => current.WithNewLeaf(policy, now),
            CertificateStep.DropFormerAuthorities => current.WithoutFormerAuthorities(),
            _ => current,
        };

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
