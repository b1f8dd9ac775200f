using System.Globalization;
using System.Text.RegularExpressions;
using LocalCluster.Schema;

namespace LocalCluster.Cel;

/// <summary>Functions that Kubernetes adds: URLs and quantities.</summary>
internal static partial class KubernetesFunctions
{
    /// <summary>Adds the functions.</summary>
    public static void AddTo(CelLibrary library)
    {
        var url = CelType.Url;
        library.Function<CelString>(
            "isURL",
            CelType.String,
            CelType.Bool,
            a => CelValue.Of(ParseUrl(a.Value) is not null)
        );
        library.Function<CelString>(
            "url",
            CelType.String,
            url,
            a =>
                ParseUrl(a.Value) is { } value
                    ? value
                    : new CelError(
                        $"URL parse error during conversion from string: parse {FieldError.Quote(a.Value)}: {UrlFault(a.Value)}"
                    )
        );
        library.Member<CelUrl>(
            "getScheme",
            url,
            CelType.String,
            a => CelValue.Of(a.Value.IsAbsoluteUri ? a.Value.Scheme : "")
        );
        library.Member<CelUrl>("getHost", url, CelType.String, a => CelValue.Of(Authority(a)));
        library.Member<CelUrl>(
            "getHostname",
            url,
            CelType.String,
            a => CelValue.Of(Port().Replace(Authority(a), "").Trim('[', ']'))
        );
        library.Member<CelUrl>(
            "getPort",
            url,
            CelType.String,
            a => CelValue.Of(Port().Match(Authority(a)).Groups["port"].Value)
        );
        library.Member<CelUrl>("getEscapedPath", url, CelType.String, a => CelValue.Of(Parts(a).Groups["path"].Value));
        library.Member<CelUrl>("getQuery", url, CelType.Map(CelType.String, CelType.List(CelType.String)), Query);
        AddQuantities(library);
    }

    private static void AddQuantities(CelLibrary library)
    {
        var q = CelType.Quantity;
        library.Function<CelString>(
            "isQuantity",
            CelType.String,
            CelType.Bool,
            a => CelValue.Of(ParseQuantity(a.Value) is not null)
        );
        library.Function<CelString>(
            "quantity",
            CelType.String,
            q,
            a =>
                ParseQuantity(a.Value) is { } value
                    ? value
                    : new CelError(
                        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
                    )
        );
        library.Member<CelQuantity>("sign", q, CelType.Int, a => CelValue.Of((long)Math.Sign(a.Value)));
        library.Member<CelQuantity>("isInteger", q, CelType.Bool, a => CelValue.Of(IsInteger(a.Value)));
        library.Member<CelQuantity>(
            "asInteger",
            q,
            CelType.Int,
            a => IsInteger(a.Value) ? CelValue.Of((long)a.Value) : new CelError("cannot convert value to integer")
        );
        library.Member<CelQuantity>("asApproximateFloat", q, CelType.Double, a => new CelDouble((double)a.Value));
        library.Member<CelQuantity, CelQuantity>(
            "isLessThan",
            q,
            q,
            CelType.Bool,
            (a, b) => CelValue.Of(a.Value < b.Value)
        );
        library.Member<CelQuantity, CelQuantity>(
            "isGreaterThan",
            q,
            q,
            CelType.Bool,
            (a, b) => CelValue.Of(a.Value > b.Value)
        );
        library.Member<CelQuantity, CelQuantity>(
            "compareTo",
            q,
            q,
            CelType.Int,
            (a, b) => CelValue.Of((long)a.Value.CompareTo(b.Value))
        );
        library.Member<CelQuantity, CelQuantity>("add", q, q, q, (a, b) => new CelQuantity(a.Value + b.Value));
        library.Member<CelQuantity, CelInt>("add", q, CelType.Int, q, (a, b) => new CelQuantity(a.Value + b.Value));
        library.Member<CelQuantity, CelQuantity>("sub", q, q, q, (a, b) => new CelQuantity(a.Value - b.Value));
        library.Member<CelQuantity, CelInt>("sub", q, CelType.Int, q, (a, b) => new CelQuantity(a.Value - b.Value));
    }

    private static bool IsInteger(decimal value) =>
        value == decimal.Truncate(value) && value is >= long.MinValue and <= long.MaxValue;

    private static CelUrl? ParseUrl(string text) =>
        SchemaFormats.Matches("uri", text)
        && Uri.TryCreate(text, text.StartsWith('/') ? UriKind.Relative : UriKind.Absolute, out var uri)
            ? new CelUrl(uri, text)
            : null;

    private static string UrlFault(string text) =>
        text.Length == 0 ? "empty url"
        : text[0] == ':' ? "missing protocol scheme"
        : "invalid URI for request";

    private static Match Parts(CelUrl url) => UrlParts().Match(url.Source);

    private static string Authority(CelUrl url)
    {
        var authority = Parts(url).Groups["authority"].Value;
        return authority[(authority.LastIndexOf('@') + 1)..];
    }

    private static CelMap Query(CelUrl url)
    {
        var values = new Dictionary<string, List<CelValue>>(StringComparer.Ordinal);
        foreach (var pair in Parts(url).Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = Decode(parts[0]);
            if (!values.TryGetValue(name, out var list))
            {
                values.Add(name, list = []);
            }
            list.Add(CelValue.Of(parts.Length > 1 ? Decode(parts[1]) : ""));
        }
        return new CelMap([
            .. values.Select(v => new KeyValuePair<CelValue, CelValue>(CelValue.Of(v.Key), new CelList(v.Value))),
        ]);
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static CelQuantity? ParseQuantity(string text)
    {
        var match = QuantityParts().Match(text);
        if (
            !match.Success
            || !decimal.TryParse(
                match.Groups["number"].Value,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
        {
            return null;
        }
        var suffix = match.Groups["suffix"].Value;
        try
        {
            return new CelQuantity(
                suffix switch
                {
                    "" => number,
                    "n" => number / 1_000_000_000,
                    "u" => number / 1_000_000,
                    "m" => number / 1_000,
                    "k" => number * 1_000,
                    "M" => number * 1_000_000,
                    "G" => number * 1_000_000_000,
                    "T" => number * 1_000_000_000_000,
                    "P" => number * 1_000_000_000_000_000,
                    "E" => number * 1_000_000_000_000_000_000,
                    "Ki" => number * (1L << 10),
                    "Mi" => number * (1L << 20),
                    "Gi" => number * (1L << 30),
                    "Ti" => number * (1L << 40),
                    "Pi" => number * (1L << 50),
                    "Ei" => number * (1L << 60),
                    _ => decimal.Parse(
                        match.Groups["number"].Value + suffix,
                        NumberStyles.Float,
                        CultureInfo.InvariantCulture
                    ),
                }
            );
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    [GeneratedRegex(
        @"^([a-zA-Z][a-zA-Z0-9+.\-]*:)?(//(?<authority>[^/?#]*))?(?<path>[^?#]*)(\?(?<query>[^#]*))?",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex UrlParts();

    [GeneratedRegex(@":(?<port>[0-9]*)\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Port();

    [GeneratedRegex(
        @"^(?<number>[+-]?([0-9]+\.?[0-9]*|\.[0-9]+))(?<suffix>|[numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex QuantityParts();
}
