using System.Globalization;

namespace LocalCluster.Node.Programs;

/// <summary>Makes a program listen on its pod's address instead of on all of the machine's.</summary>
internal static class ListenAddresses
{
    private static readonly string[] UnspecifiedHosts = ["", "0.0.0.0", "[::]", "*"];

    /// <summary>The arguments with every listen flag bound to the pod's address.</summary>
    public static IReadOnlyList<string> Bind(
        IReadOnlyList<string> arguments,
        IReadOnlyList<ListenFlag> flags,
        string podAddress
    )
    {
        var result = arguments.ToList();
        foreach (var flag in flags)
        {
            var given = false;
            for (var i = 0; i < result.Count; i++)
            {
                var (name, value) = Split(result[i]);
                if (name.TrimStart('-') != flag.Flag.TrimStart('-') || !name.StartsWith('-'))
                {
                    continue;
                }

                given = true;
                if (value is not null)
                {
                    result[i] = $"{name}={Rewrite(value, podAddress)}";
                }
                else if (i + 1 < result.Count)
                {
                    result[i + 1] = Rewrite(result[i + 1], podAddress);
                    i++;
                }
            }

            if (!given)
            {
                result.Add(string.Create(CultureInfo.InvariantCulture, $"{flag.Flag}={podAddress}:{flag.DefaultPort}"));
            }
        }

        return result;
    }

    /// <summary>An empty value stays empty: it switches a listener off.</summary>
    private static string Rewrite(string value, string podAddress)
    {
        var colon = value.LastIndexOf(':');
        return colon >= 0 && UnspecifiedHosts.Contains(value[..colon]) ? podAddress + value[colon..] : value;
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=');
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }
}
