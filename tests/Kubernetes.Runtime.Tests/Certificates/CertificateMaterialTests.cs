using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Runtime.Certificates;

namespace Kubernetes.Runtime.Tests.Certificates;

public sealed class CertificateMaterialTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CertificatePolicy Policy = new("test", ["hooks.home.svc"]);
    private static readonly CertificateMaterial Made = CertificateMaterial.New(Policy, Now);
    private static readonly CertificateMaterial Other = CertificateMaterial.New(Policy, Now);

    [Fact]
    public void What_is_written_is_what_is_read()
    {
        var rotated = Made.WithNewAuthority(Policy, Now.AddDays(1));
        var read = CertificateMaterial.Read(rotated.ToData(), out var problem);
        problem.ShouldBeNull();
        read!.Issuer.ShouldBe(1);
        read.Leaf.Thumbprint.ShouldBe(Made.Leaf.Thumbprint);
        read.Leaf.HasPrivateKey.ShouldBeTrue();
        read.Signing.HasPrivateKey.ShouldBeTrue();
        read.Bundle.ShouldBe(rotated.Bundle);
        read.WithNewLeaf(Policy, Now.AddDays(1)).Issuer.ShouldBe(0);
    }

    [Theory]
    [InlineData("ca.crt", null, "there is no ca.crt")]
    [InlineData("ca.key", null, "there is no ca.key")]
    [InlineData("tls.crt", "", "there is no tls.crt")]
    [InlineData("tls.key", null, "there is no tls.key")]
    [InlineData("ca.crt", "no certificate", "ca.crt holds no certificate")]
    [InlineData(
        "ca.crt",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "ca.crt is no list of PEM certificates"
    )]
    [InlineData("ca.key", "other:ca.key", "ca.key is not the PEM key of the certificate in ca.crt")]
    [InlineData("tls.key", "other:tls.key", "tls.key is not the PEM key of the certificate in tls.crt")]
    [InlineData("tls.key", "own:tls.crt", "tls.key is not the PEM key of the certificate in tls.crt")]
    [InlineData("ca.crt+ca.key", "own:tls", "ca.crt holds a certificate that is no authority's")]
    [InlineData("ca.crt+ca.key", "other:ca", "tls.crt is signed by none of the authorities in ca.crt")]
    [Trait("Guarantee", "V6")]
    public void Broken_content_is_named_without_a_word_of_it(string key, string? value, string words)
    {
        var data = new Dictionary<string, byte[]>(Made.ToData());
        if (key == "ca.crt+ca.key")
        {
            var (from, prefix) = value == "own:tls" ? (Made, "tls") : (Other, "ca");
            data["ca.crt"] = from.ToData()[$"{prefix}.crt"];
            data["ca.key"] = from.ToData()[$"{prefix}.key"];
        }
        else if (value is null)
        {
            data.Remove(key);
        }
        else
        {
            data[key] =
                value.StartsWith("other:", StringComparison.Ordinal) ? Other.ToData()[value[6..]]
                : value.StartsWith("own:", StringComparison.Ordinal) ? Made.ToData()[value[4..]]
                : Encoding.ASCII.GetBytes(value);
        }

        CertificateMaterial.Read(data, out var problem).ShouldBeNull();
        problem.ShouldBe(words);
    }

    [Fact]
    [Trait("Guarantee", "V6")]
    public void No_content_whatever_is_more_than_refused() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                Gen.Choose(0, 3).ToArbitrary(),
                Gen.Choose(0, 2000).ToArbitrary(),
                (junk, which, at) =>
                {
                    var data = new Dictionary<string, byte[]>(Made.ToData());
                    var key = data.Keys.Order(StringComparer.Ordinal).ElementAt(which);
                    var content = data[key];
                    var cut = Math.Min(at, content.Length);
                    data[key] = [.. content[..cut], .. junk, .. content[cut..]];
                    var read = CertificateMaterial.Read(data, out var problem);
                    (read is null).ShouldBe(problem is not null);
                }
            )
        );
}
