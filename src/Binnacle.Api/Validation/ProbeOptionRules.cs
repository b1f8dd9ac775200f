using System.Collections.Frozen;
using FluentValidation;

namespace Binnacle.Api.Validation;

/// <summary>Options of type HTTP.</summary>
internal sealed class HttpProbeRules : AbstractValidator<HttpProbe>
{
    public HttpProbeRules()
    {
        RuleFor(http => http.Method)
            .Check(method =>
                method.Length > 0 && method.All(char.IsAsciiLetterUpper)
                    ? null
                    : $"'{method}' is no method: write one in capitals, such as GET"
            );
        RuleFor(http => http.Headers).Custom(Headers);
        RuleFor(http => http.ExpectedStatus)
            .Custom(
                (codes, context) =>
                {
                    for (var i = 0; i < codes.Count; i++)
                    {
                        if (codes[i] is < 100 or > 599)
                        {
                            context.Fail(
                                $"{context.PropertyPath}[{i}]",
                                $"{codes[i]} is no HTTP status: write one from 100 to 599"
                            );
                        }
                    }
                }
            );
        RuleFor(http => http.Json).NotBlankIfGiven("write a CEL expression, such as body.status == \"ok\"");
        RuleFor(http => http.ProxyUrl).Url("http", "https", "socks5");
        RuleFor(http => http.BasicAuthRef!).SetValidator(new BasicAuthRefRules());
        RuleFor(http => http.BearerTokenRef!).SetValidator(new SecretKeyRefRules());
        RuleFor(http => http.Tls!).SetValidator(new TlsRules());
        RuleFor(http => http)
            .Custom(
                (http, context) =>
                {
                    if (http is { BasicAuthRef: not null, BearerTokenRef: not null })
                    {
                        context.Fail(
                            context.Below("BearerTokenRef"),
                            "give at most one of basicAuthRef and bearerTokenRef"
                        );
                    }
                }
            );
    }

    private static void Headers(IReadOnlyDictionary<string, string> headers, ValidationContext<HttpProbe> context)
    {
        foreach (var (name, value) in headers)
        {
            var path = $"{context.PropertyPath}[{name}]";
            if (
                name.Length == 0
                || name.Any(c =>
                    !char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)
                )
            )
            {
                context.Fail(path, $"'{name}' is no header name");
            }
            else if (
                name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase)
            )
            {
                context.Fail(path, "would put a secret into the object: use bearerTokenRef or basicAuthRef");
            }
            else if (value.Any(c => c is '\r' or '\n'))
            {
                context.Fail(path, "holds a line feed");
            }
        }
    }
}

/// <summary>Options of type TCP.</summary>
internal sealed class TcpProbeRules : AbstractValidator<TcpProbe>
{
    public TcpProbeRules()
    {
        RuleFor(tcp => tcp.Tls!).SetValidator(new TlsRules());
    }
}

/// <summary>Options of type DNS. The names of types and codes are those of github.com/miekg/dns, which the prober uses.</summary>
internal sealed class DnsProbeRules : AbstractValidator<DnsProbe>
{
    private static readonly FrozenSet<string> Types = FrozenSet.Create(
        "A",
        "AAAA",
        "AFSDB",
        "ANY",
        "APL",
        "AXFR",
        "CAA",
        "CDNSKEY",
        "CDS",
        "CERT",
        "CNAME",
        "CSYNC",
        "DHCID",
        "DNAME",
        "DNSKEY",
        "DS",
        "EUI48",
        "EUI64",
        "HINFO",
        "HIP",
        "HTTPS",
        "IPSECKEY",
        "IXFR",
        "KEY",
        "KX",
        "LOC",
        "MX",
        "NAPTR",
        "NID",
        "NS",
        "NSEC",
        "NSEC3",
        "NSEC3PARAM",
        "OPENPGPKEY",
        "PTR",
        "RP",
        "RRSIG",
        "SIG",
        "SMIMEA",
        "SOA",
        "SPF",
        "SRV",
        "SSHFP",
        "SVCB",
        "TKEY",
        "TLSA",
        "TSIG",
        "TXT",
        "URI",
        "ZONEMD"
    );

    private static readonly FrozenSet<string> Rcodes = FrozenSet.Create(
        "NOERROR",
        "FORMERR",
        "SERVFAIL",
        "NXDOMAIN",
        "NOTIMP",
        "REFUSED",
        "YXDOMAIN",
        "YXRRSET",
        "NXRRSET",
        "NOTAUTH",
        "NOTZONE",
        "BADSIG",
        "BADKEY",
        "BADTIME",
        "BADMODE",
        "BADNAME",
        "BADALG",
        "BADTRUNC",
        "BADCOOKIE"
    );

    public DnsProbeRules()
    {
        RuleFor(dns => dns.Name)
            .Check(name =>
                name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c is '/' or ':')
                    ? null
                    : $"'{name}' is no DNS name, such as shop.example.com"
            );
        RuleFor(dns => dns.Type)
            .Check(type =>
                Types.Contains(type)
                    ? null
                    : $"'{type}' is no DNS record type: write one such as A, AAAA, CNAME, MX, SRV or TXT"
            );
        RuleFor(dns => dns.ValidRcodes)
            .CheckEach(
                code =>
                    Rcodes.Contains(code)
                        ? null
                        : $"'{code}' is no DNS response code: write one such as NOERROR or NXDOMAIN",
                unique: true
            );
    }
}
