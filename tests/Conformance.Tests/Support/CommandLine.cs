using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Testing;

namespace Conformance.Tests.Support;

/// <summary>kubectl and helm as a person runs them, in a folder of their own.</summary>
public sealed partial class CommandLine(string kubeconfig, string ns) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("conformance-");

    /// <summary>Tells why a program cannot run here; null when all can.</summary>
    public static string? Missing =>
        new[] { "kubectl", "helm" }.FirstOrDefault(name => Tools.Find(name) is null) is { } missing
            ? $"there is no {missing} in .tools/bin or on PATH"
            : null;

    /// <summary>Writes a file into the folder where programs run.</summary>
    public async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        var path = Path.Join(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text + "\n", cancellationToken);
        if (!OperatingSystem.IsWindows() && text.StartsWith("#!", StringComparison.Ordinal))
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Runs a program; all that it printed, errors last.</summary>
    public async Task<(int Code, string Text)> RunAsync(
        IReadOnlyList<string> words,
        string? input,
        CancellationToken cancellationToken
    )
    {
        using var process = new Process();
        process.StartInfo = new(Tools.Find(words[0]) ?? words[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        process.StartInfo.Environment["KUBECONFIG"] = kubeconfig;
        process.StartInfo.Environment["HOME"] = folder.FullName;
        process.StartInfo.Environment["KUBE_EDITOR"] = Path.Join(folder.FullName, "editor.sh");
        process.StartInfo.Environment["HELM_NAMESPACE"] = ns;
        process.StartInfo.Environment["KUBECTL_KUBERC"] = "false";
        foreach (var word in Words(string.Join(' ', words.Skip(1))))
        {
            process.StartInfo.ArgumentList.Add(word);
        }

        if (words[0] == "kubectl")
        {
            process.StartInfo.ArgumentList.Insert(0, $"--namespace={ns}");
        }

        process.Start();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        cancellationToken = patience.Token;
        try
        {
            await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancellationToken);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, (await output) + (await errors));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', words)} did not end");
        }
    }

    /// <summary>What was printed without ages, padding and the place of files; of the lines, those asked for.</summary>
    public static string Tidy(string text, IReadOnlyList<string> show)
    {
        var lines = WithoutDiscovery(text)
            .Split('\n')
            .Select(line => Age().Replace(line, "{age}"))
            .Select(line => Padding().Replace(line, "  ").TrimEnd())
            .Where(line => show.Count == 0 || show.Any(word => line.Contains(word, StringComparison.Ordinal)));
        return Place().Replace(string.Join('\n', lines), "/{folder}").TrimEnd();
    }

    /// <summary>Groups of other tests come and go while kubectl looks at what there is; it says so.</summary>
    public static string WithoutDiscovery(string text) => Discovery().Replace(text, "");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Splits at blanks outside of single quotes.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        foreach (var c in line + " ")
        {
            if (c == '\'')
            {
                quoted = !quoted;
            }
            else if (c == ' ' && !quoted)
            {
                if (word.Length > 0)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
            }
            else
            {
                word.Append(c);
            }
        }

        return words;
    }

    [GeneratedRegex(@"(?<![\w.-])\d+(?:\.\d+)?m?s\b")]
    private static partial Regex Age();

    [GeneratedRegex(@"[EW]\d{4} [^\n]*memcache\.go:[^\n]*\n?")]
    private static partial Regex Discovery();

    [GeneratedRegex(@"(?<=\S) {2,}")]
    private static partial Regex Padding();

    [GeneratedRegex(@"/tmp/[\w/-]*[A-Za-z0-9]+")]
    private static partial Regex Place();
}
