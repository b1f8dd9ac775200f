using System.Collections.Concurrent;
using System.Net;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>Gives Services their cluster IPs. What is in use is read off the stored Services.</summary>
internal sealed class ServiceAddresses
{
    private readonly ConcurrentDictionary<string, string> used = new(StringComparer.Ordinal);
    private readonly uint first;
    private readonly uint size;
    private readonly IPNetwork range;
    private uint next;

    public ServiceAddresses(IPNetwork range)
    {
        this.range = range;
        first = ToNumber(range.BaseAddress);
        size = 1u << (32 - range.PrefixLength);
    }

    /// <summary>Keeps the addresses in step with the stored Services.</summary>
    public void Follow(ResourceStore services) =>
        services.OnChange(
            (_, change) =>
            {
                var address = change.Object.ToJson().Obj("spec").Str("clusterIP");
                if (address is null or "" or "None")
                {
                    return;
                }

                if (change.Type == ChangeType.Deleted)
                {
                    used.TryRemove(address, out var _);
                }
                else
                {
                    used[address] = change.Object.Uid;
                }
            }
        );

    /// <summary>An address that no Service has.</summary>
    /// <exception cref="ApiException">500: the range is full.</exception>
    public string Next()
    {
        for (var tries = 0u; tries < size; tries++)
        {
            // The first address is the API server's own Service; the ends of the range are left alone.
            var offset = 2 + (Interlocked.Increment(ref next) % (size - 3));
            var address = FromNumber(first + offset);
            if (!used.ContainsKey(address))
            {
                return address;
            }
        }

        throw new ApiException(500, "InternalError", $"Internal error: the service range {range} is full");
    }

    /// <summary>The address of the <c>kubernetes</c> Service.</summary>
    public string ApiServer => FromNumber(first + 1);

    public void Check(string address, string uid, List<FieldIssue> issues)
    {
        if (!IPAddress.TryParse(address, out var parsed))
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.clusterIPs[0]",
                    address,
                    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                )
            );
        }
        else if (!range.Contains(parsed))
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.clusterIPs",
                    new System.Text.Json.Nodes.JsonArray(address),
                    $"failed to allocate IP {address}: the provided IP ({address}) is not in the valid range. The range of valid IPs is {range}"
                )
            );
        }
        else if (used.TryGetValue(address, out var owner) && owner != uid)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.clusterIPs",
                    new System.Text.Json.Nodes.JsonArray(address),
                    $"failed to allocate IP {address}: provided IP is already allocated"
                )
            );
        }
    }

    private static uint ToNumber(IPAddress address) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static string FromNumber(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes).ToString();
    }
}
