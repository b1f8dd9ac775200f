using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Kubernetes.Models;
using LocalCluster.Node.Pods;

namespace LocalCluster.Node.Network;

/// <summary>
/// Name resolution of pods without a name server: a hosts file and a resolv.conf for each. Hosts files are rewritten in
/// place when Services or endpoints change, because a file that is mounted is known by its inode.
/// </summary>
internal sealed class HostsFiles(ServiceDirectory directory, bool useHostNameServers)
{
    private readonly ConcurrentDictionary<string, PodFiles> pods = new();
    private readonly Lock gate = new();

    /// <summary>The files of a pod, made when they are not there yet.</summary>
    public PodFiles Ensure(Pod pod, PodPlacement placement, string podDirectory) =>
        pods.GetOrAdd(
            pod.Metadata.Uid ?? "",
            _ =>
            {
                var files = new PodFiles(
                    Path.Join(podDirectory, "hosts"),
                    Path.Join(podDirectory, "resolv.conf"),
                    pod.Metadata.Namespace ?? "",
                    pod.Spec?.Hostname is { Length: > 0 } host ? host : pod.Metadata.Name ?? "",
                    placement.PodIP
                );
                lock (gate)
                {
                    WriteInPlace(files.HostsPath, Hosts(files));
                }

                File.WriteAllText(files.ResolverPath, Resolver(files));
                return files;
            }
        );

    /// <summary>Forgets the files of a pod that is gone; the pod's folder is removed by its owner.</summary>
    public void Forget(string uid) => pods.TryRemove(uid, out _);

    /// <summary>Brings the files of all pods up to date.</summary>
    public void Refresh()
    {
        lock (gate)
        {
            foreach (var files in pods.Values)
            {
                WriteInPlace(files.HostsPath, Hosts(files));
            }
        }
    }

    /// <summary>
    /// Replaces Service names in a text by addresses, for programs that cannot be given a hosts file: <c>name.namespace</c>,
    /// alone or with <c>.svc</c> and the cluster's domain. Names that are not of a Service stay.
    /// </summary>
    public string ReplaceNames(string text)
    {
        // Of a headless Service's several addresses a name can stand for one only.
        var replacements = directory
            .Entries()
            .SelectMany(e => directory.Names(e.Service, e.Host, null).Select(n => (Name: n, e.Address)))
            .DistinctBy(e => e.Name)
            .ToDictionary(e => e.Name, e => e.Address);
        return ServiceNames.Replace(text, replacements);
    }

    private string Hosts(PodFiles files)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{files.PodIP} localhost\n");
        text.Append(CultureInfo.InvariantCulture, $"{files.PodIP} {files.Hostname}\n");
        foreach (var (address, service, host) in directory.Entries())
        {
            var names = string.Join(' ', directory.Names(service, host, files.Namespace));
            text.Append(CultureInfo.InvariantCulture, $"{address} {names}\n");
        }

        return text.ToString();
    }

    private string Resolver(PodFiles files)
    {
        if (!useHostNameServers)
        {
            // Nothing listens there: a name that the hosts file lacks fails at once instead of leaving the machine.
            return $"nameserver {files.PodIP}\noptions attempts:1 timeout:1 ndots:1\n";
        }

        var servers = File.ReadLines("/etc/resolv.conf")
            .Where(l => l.StartsWith("nameserver", StringComparison.Ordinal));
        return string.Join('\n', servers) + "\n";
    }

    private static void WriteInPlace(string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, 1);
            if (file.Length == bytes.Length)
            {
                var old = new byte[bytes.Length];
                file.ReadExactly(old);
                if (old.AsSpan().SequenceEqual(bytes))
                {
                    return;
                }

                file.Position = 0;
            }

            // One write, then the new length: a reader in between sees too much rather than nothing.
            file.Write(bytes);
            file.SetLength(bytes.Length);
        }
        catch (DirectoryNotFoundException)
        {
            // The pod has just been removed.
        }
    }
}

/// <summary>Where a pod's name resolution lies, and what is particular to it.</summary>
internal sealed record PodFiles(string HostsPath, string ResolverPath, string Namespace, string Hostname, string PodIP);
